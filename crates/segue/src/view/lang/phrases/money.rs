//! What the bills assume and leave out.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    // What a step saves.
    (
        "the same sizes on nodes; all load balancers are kept",
        "같은 크기를 노드에서 실행. 로드 밸런서는 모두 그대로",
    ),
    (
        "one ECS cluster an environment: nothing but shared load balancers",
        "환경마다 ECS 클러스터 하나. 달라지는 것은 로드 밸런서 공유뿐",
    ),
    ("smaller sizes of Fargate, without Kubernetes", "Kubernetes 없이 Fargate 크기만 축소"),
    (
        "the same need on nodes in place of the sizes that Fargate sells",
        "같은 필요량을 Fargate 규격 대신 노드에서 실행",
    ),
    (
        "Kubernetes with smaller sizes against ECS as it is, load balancers shared on both sides",
        "크기를 줄인 Kubernetes와 지금 크기의 ECS 비교. 로드 밸런서는 양쪽 모두 공유",
    ),
    ("everything together", "모두 합한 결과"),
    // What a range assumes.
    ("tasks", "태스크"),
    ("spot", "Spot"),
    ("nodes", "노드"),
    ("load balancers", "로드 밸런서"),
    ("while both run", "병행 기간"),
    ("autoscaled services at their minimum", "오토스케일링 서비스를 최소 태스크 수로 계산"),
    ("as many tasks as are wanted now, all month", "현재 희망 태스크 수를 한 달 내내 유지"),
    ("autoscaled services at their maximum", "오토스케일링 서비스를 최대 태스크 수로 계산"),
    ("Fargate Spot costs {percent} % less", "Fargate Spot이 {percent} % 저렴"),
    ("no spare node", "예비 노드 없음"),
    (
        "one spare node a pool (none with GPUs), spread over the zones",
        "노드 풀마다 예비 노드 1대(GPU 풀 제외), 가용 영역에 분산",
    ),
    ("as expected, and nodes filled to 85 %", "예상과 같되 노드를 85 %까지만 사용"),
    (
        "{count} through each load balancer, before and after",
        "로드 밸런서마다 {count}, 이전 전후 동일",
    ),
    ("no capacity unit", "LCU 0"),
    ("one capacity unit (LCU)", "LCU 1"),
    ("three capacity units", "LCU 3"),
    (
        "services leave ECS wave by wave, so this is an upper bound",
        "서비스가 웨이브마다 ECS에서 빠지므로 이 값은 상한",
    ),
    ("ECS and nodes in full, load balancers once", "ECS와 노드는 전부, 로드 밸런서는 한 번만 계산"),
    ("as expected, at the maximum of tasks", "예상과 같되 최대 태스크 수로 계산"),
    // What is not counted.
    (
        "traffic between zones and through NAT gateways, which are left as they are",
        "가용 영역 간 트래픽과 NAT 게이트웨이 트래픽(지금 구성 그대로)",
    ),
    (
        "logs, metrics, images, data transfer to the internet, and what databases cost",
        "로그, 지표, 이미지, 인터넷 데이터 전송, 데이터베이스 비용",
    ),
    (
        "disks of container instances of ECS, while disks of nodes are counted",
        "ECS 컨테이너 인스턴스의 디스크(노드 디스크는 포함)",
    ),
    (
        "Savings Plans, reserved instances and discounts of a contract",
        "Savings Plans, 예약 인스턴스, 계약 할인",
    ),
    ("Spot nodes: every node is counted on demand", "Spot 노드(모든 노드를 온디맨드로 계산)"),
    (
        "versions of EKS in extended support, which cost {extended} an hour in place of {standard}",
        "연장 지원 중인 EKS 버전(시간당 {standard} 대신 {extended})",
    ),
    ("the work of people", "인건비"),
    (
        "scheduled tasks, since their run times are not known",
        "스케줄 태스크(실행 시간을 알 수 없음)",
    ),
    (
        "services on machines outside of AWS, on either side",
        "AWS 밖의 서버에서 실행되는 서비스(양쪽 모두)",
    ),
    // Where the prices that come with the program are from.
    ("Fargate and scratch disk: {source}", "Fargate와 임시 디스크: {source}"),
    (
        "instances: karpenter-provider-aws, {file}, generated {date} from the price list of AWS; t3 and t4g recalled",
        "인스턴스: karpenter-provider-aws의 {file} (AWS 가격표에서 {date} 생성). t3와 t4g는 기억에 의존한 값",
    ),
    (
        "control plane, load balancers, addresses, disks and the discount of Spot: recalled",
        "컨트롤 플레인, 로드 밸런서, IP 주소, 디스크, Spot 할인율: 기억에 의존한 값",
    ),
    (
        "Fargate, load balancers, addresses, disks, t3.small and t4g.small: figures that users of the Seoul price list quote ({month}), not compared with AWS",
        "Fargate, 로드 밸런서, IP 주소, 디스크, t3.small과 t4g.small: 서울 리전 사용자들이 인용한 가격({month}). AWS 가격과 대조하지 않음",
    ),
    (
        "instances of generation 6 and older, and of g4dn and g5: recalled",
        "6세대 이하 인스턴스와 g4dn, g5: 기억에 의존한 값",
    ),
    (
        "instances of generation 7: generation 6 times the ratio of the two in us-east-1",
        "7세대 인스턴스: us-east-1의 세대 간 가격 비율을 6세대 가격에 곱한 값",
    ),
    (
        "control plane and the discount of Spot: as in us-east-1; scratch disk: us-east-1 times the ratio of the vCPU prices",
        "컨트롤 플레인과 Spot 할인율: us-east-1과 동일. 임시 디스크: us-east-1 가격에 vCPU 가격 비율을 곱한 값",
    ),
];
