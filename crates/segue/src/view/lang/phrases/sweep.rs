//! What a plan lacks because a call of the scan was refused or failed.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("what it tells", "이 호출로 얻는 정보"),
    ("every ECS service", "모든 ECS 서비스"),
    ("whose credentials these are, and of which account", "자격 증명의 주체와 계정"),
    (
        "settings and tags of clusters, and the instances below them",
        "클러스터의 설정, 태그, 인스턴스",
    ),
    (
        "how many tasks a service runs, its load balancers, network and deployment",
        "서비스의 태스크 수, 로드 밸런서, 네트워크, 배포 설정",
    ),
    (
        "what a service is made of: without its task definition it cannot be converted",
        "서비스의 구성. 태스크 정의가 없으면 변환할 수 없음",
    ),
    (
        "the digests of the images that run now: images stay on their tags",
        "실행 중인 이미지의 다이제스트. 이미지가 태그로 남음",
    ),
    (
        "on what capacity services run: Spot, or groups of instances",
        "서비스가 실행되는 용량(Spot, 인스턴스 그룹)",
    ),
    (
        "the instances that tasks run on, and what has been paid for",
        "태스크가 실행되는 인스턴스와 그 비용",
    ),
    ("rules on event buses other than the default one", "기본 이벤트 버스가 아닌 버스의 규칙"),
    ("scheduled tasks: their CronJobs", "스케줄 태스크의 CronJob"),
    (
        "schedules of EventBridge Scheduler: their CronJobs",
        "EventBridge Scheduler 스케줄의 CronJob",
    ),
    (
        "the bounds between which services scale: without them replicas stay fixed",
        "오토스케일링 범위. 없으면 replicas가 고정됨",
    ),
    (
        "what services scale on: without it there are no autoscalers",
        "오토스케일링 기준. 없으면 오토스케일러를 만들지 않음",
    ),
    ("scaling by the clock", "시간에 따른 스케일링"),
    (
        "the names by which services find each other (Cloud Map, Service Connect)",
        "서비스끼리 서로 찾는 이름(Cloud Map, Service Connect)",
    ),
    (
        "roles: trust policies that pods do not meet, and rights across environments",
        "IAM 역할의 신뢰 정책과 다른 환경에 대한 권한",
    ),
    (
        "whether the secrets that tasks name exist (names only, never values)",
        "태스크에서 쓰는 시크릿이 있는지 여부(이름만 확인, 값은 읽지 않음)",
    ),
    (
        "whether the parameters that tasks name exist (names only, never values)",
        "태스크에서 쓰는 파라미터가 있는지 여부(이름만 확인, 값은 읽지 않음)",
    ),
    ("whether images still exist, and their digests", "이미지가 남아 있는지 여부와 다이제스트"),
    ("for which architectures images are built", "이미지의 CPU 아키텍처"),
    (
        "CodeDeploy applications, which write listeners of their own accord",
        "리스너를 스스로 바꾸는 CodeDeploy 애플리케이션",
    ),
    (
        "CodeDeploy groups, which write listeners of their own accord",
        "리스너를 스스로 바꾸는 CodeDeploy 배포 그룹",
    ),
    (
        "load balancers: how traffic reaches a service, and what the shift would turn",
        "로드 밸런서. 서비스로 들어오는 트래픽 경로와 전환할 대상",
    ),
    (
        "idle timeouts and other attributes of load balancers",
        "로드 밸런서의 유휴 제한 시간 등 속성",
    ),
    (
        "listeners: ports, certificates and what they do without a rule",
        "리스너의 포트, 인증서, 기본 동작",
    ),
    (
        "listener rules: hosts, paths and weights of every service",
        "리스너 규칙. 서비스별 호스트, 경로, 가중치",
    ),
    ("certificates of listeners beyond the first", "리스너의 추가 인증서"),
    (
        "target groups: ports, protocols and health checks, from which probes are made",
        "타깃 그룹의 포트, 프로토콜, 헬스 체크(프로브의 근거)",
    ),
    ("drain times and stickiness of target groups", "타깃 그룹의 등록 취소 지연 시간과 고정 세션"),
    ("whether targets answer today", "지금 타깃이 응답하는지 여부"),
    (
        "tags of load balancers and target groups, which are evidence for names",
        "로드 밸런서와 타깃 그룹의 태그(이름 추론의 근거)",
    ),
    ("names and renewal of certificates", "인증서의 이름과 갱신 방식"),
    (
        "web ACLs in front of load balancers, which new ones would need as well",
        "로드 밸런서에 붙은 웹 ACL(새 로드 밸런서에도 필요)",
    ),
    (
        "host names: which records lead to which load balancer",
        "호스트 이름. 로드 밸런서로 이어지는 DNS 레코드",
    ),
    ("networks and their address ranges", "네트워크와 주소 범위"),
    ("how many addresses are free for pods", "파드에 쓸 수 있는 주소 수"),
    (
        "who admits the tasks of a service today and would refuse its pods",
        "태스크는 허용하지만 파드는 막게 될 보안 그룹",
    ),
    ("ways out of the subnets", "서브넷에서 나가는 경로"),
    ("the addresses by which others know the tasks", "외부에 알려진 태스크의 주소"),
    ("private ways to AWS, which nodes need too", "노드에도 필요한 AWS 프라이빗 경로"),
    ("connections to other networks", "다른 네트워크와의 연결"),
    ("what uses the addresses and security groups", "주소와 보안 그룹을 쓰는 자원"),
    ("file systems that tasks mount", "태스크에서 마운트하는 파일 시스템"),
    ("as which user files are written", "파일을 쓰는 사용자"),
    ("from where file systems can be reached", "파일 시스템에 접근할 수 있는 위치"),
    (
        "which databases admit the tasks by their security group",
        "보안 그룹으로 태스크를 허용하는 데이터베이스",
    ),
    (
        "which caches admit the tasks by their security group",
        "보안 그룹으로 태스크를 허용하는 캐시",
    ),
    (
        "what tasks really use: sizes and costs stay guesses",
        "태스크의 실제 사용량. 없으면 크기와 비용이 추정으로 남음",
    ),
    ("alarms that fall silent when a service has moved", "서비스를 옮기면 울리지 않는 알람"),
    ("retention of the log groups that tasks write to", "태스크가 쓰는 로그 그룹의 보존 기간"),
    ("metrics and alarms that are made from log lines", "로그에서 만드는 지표와 알람"),
    (
        "limits of rules and target groups, which sharing load balancers may reach",
        "규칙과 타깃 그룹 한도(로드 밸런서를 공유하면 닿을 수 있음)",
    ),
];
