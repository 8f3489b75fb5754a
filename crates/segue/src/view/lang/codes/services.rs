//! Load balancers, schedules, volumes, logs: what stands around the containers.

use super::Row;

/// SG-M183 to SG-M245.
pub(super) const ROWS: &[Row] = &[
    (
        "SG-M183",
        "{service}의 Ingress로 만든 로드 밸런서는 이름과 주소가 새로 생깁니다",
        "트래픽을 모두 옮길 때까지 기존 로드 밸런서를 스위치로 유지합니다",
    ),
    (
        "SG-M184",
        "{container}의 네트워크가 꺼져 있습니다. 파드에서는 컨테이너 하나만 끌 수 없습니다",
        "별도 파드로 옮기고 NetworkPolicy로 막습니다",
    ),
    (
        "SG-M185",
        "헬스 체크에서 kubelet이 인정하지 않는 코드({codes})를 받아 프로브는 포트만 확인합니다",
        "200으로 응답하는 경로를 프로그램에 추가합니다",
    ),
    (
        "SG-M186",
        "로그 옵션 {name}은(는) 시크릿입니다",
        "노드의 로그 에이전트에 시크릿을 전달합니다",
    ),
    (
        "SG-M187",
        "{container}의 로그 옵션 {option}이(가) 없어집니다",
        "필요하면 로그 에이전트에 설정합니다",
    ),
    ("SG-M188", "{container}: 여러 줄 로그를 합칩니다", "Fluent Bit에 멀티라인 파서를 설정합니다"),
    (
        "SG-M189",
        "{container}의 {option}은(는) 로그 드라이버를 기다리는 방식이며 이제 노드에서 정합니다",
        "이전에 로그가 유실되지 않았으면 그대로 둡니다",
    ),
    (
        "SG-M190",
        "{container}: {driver} 드라이버로 로그를 보냅니다",
        "노드의 로그 에이전트로 stdout을 같은 곳에 보냅니다",
    ),
    (
        "SG-M191",
        "{container}의 {name}: 자격 증명처럼 보이는 값이 그대로 적혀 있어 ExternalSecret으로 {path}에서 읽게 했습니다",
        "aws secretsmanager create-secret --name {path} 명령으로 {key} 키에 저장한 뒤, 적힌 값을 지우고 교체합니다",
    ),
    (
        "SG-M192",
        "{container}의 link 대상 {target}은(는) 이 태스크의 컨테이너가 아닙니다",
        "link를 고칩니다",
    ),
    (
        "SG-M193",
        "{container}: 옆 컨테이너를 {alias}(으)로 호출하며 이제 127.0.0.1입니다",
        "같은 포트를 여는 컨테이너가 없는지 확인합니다",
    ),
    (
        "SG-M194",
        "서비스에 {what}이(가) 연결되어 있습니다",
        "AWS Gateway API 컨트롤러와 Ingress 중에서 정합니다",
    ),
    (
        "SG-M195",
        "{container}: 이미지 태그가 고정되어 있지 않고 다이제스트도 알 수 없습니다",
        "실행 중인 태스크를 스캔하거나 오버레이에 다이제스트를 적습니다",
    ),
    (
        "SG-M196",
        "Job {name}: 끝나지 않을 수 있는 컨테이너가 있습니다",
        "patches에서 네이티브 사이드카로 바꿉니다",
    ),
    ("SG-M197", "ipcMode none에 해당하는 설정이 없습니다", "할 일은 없습니다"),
    (
        "SG-M198",
        "{service}: 태스크 역할이 없어 EC2 인스턴스의 역할을 쓰고 있습니다",
        "필요한 권한만 가진 전용 역할을 줍니다",
    ),
    (
        "SG-M199",
        "{container}의 init 프로세스 역할은 파드의 pause 프로세스로 넘어갑니다",
        "프로그램에서 프로세스 번호를 보지 않으면 그대로 둡니다",
    ),
    (
        "SG-M200",
        "{container}의 허용 종료 코드 설정이 없어집니다",
        "일부러 끝나는 컨테이너가 아니면 그대로 둡니다",
    ),
    (
        "SG-M201",
        "{container}의 헬스 체크는 자기 포트를 호출합니다. httpGet으로 바꾸면 이미지에 curl이 필요 없습니다",
        "patches에서 exec 프로브를 httpGet으로 바꿉니다",
    ),
    (
        "SG-M202",
        "{volume}: 호스트의 {path} 경로를 마운트합니다",
        "무엇을 읽는지 확인합니다. DaemonSet이 맞을 수 있습니다",
    ),
    ("SG-M203", "태스크에서 호스트 네트워크를 씁니다", "자체 네트워크를 쓰게 합니다"),
    ("SG-M204", "{container}: 호스트의 장치를 씁니다", "해당 장치의 디바이스 플러그인을 찾습니다"),
    (
        "SG-M205",
        "{container}의 헬스 체크에 CMD 또는 CMD-SHELL이 없습니다",
        "맨 앞에 CMD 또는 CMD-SHELL을 추가합니다",
    ),
    (
        "SG-M206",
        "{container}: MPS로 GPU를 나누어 씁니다",
        "디바이스 플러그인에서 공유를 설정합니다",
    ),
    (
        "SG-M207",
        "{container}: credential spec을 씁니다",
        "Windows는 GMSACredentialSpec을 만듭니다. Linux에는 해당 기능이 없습니다",
    ),
    (
        "SG-M208",
        "{volume}: FSx for Windows 볼륨입니다",
        "SMB CSI 드라이버와 시크릿으로 마운트합니다",
    ),
    (
        "SG-M209",
        "{name}: 유연한 시간 창 안에서 시작합니다",
        "정확한 시각에 시작해도 되면 그대로 둡니다",
    ),
    ("SG-M210", "호스트의 {port} 포트가 고정되어 있습니다", "이 포트를 누가 호출하는지 확인합니다"),
    (
        "SG-M211",
        "{container}의 로그는 FireLens를 거칩니다",
        "{service}을(를) 옮기기 전에 출력 설정을 노드의 Fluent Bit로 옮깁니다",
    ),
    ("SG-M212", "장애 주입은 ECS 설정입니다", "AWS FIS의 파드 작업을 씁니다"),
    (
        "SG-M213",
        "실행 역할 {role}을(를) 이미지 풀, 시크릿 읽기, 로그 쓰기로 나눕니다",
        "정책의 문마다 새 주체가 맞는지 확인합니다",
    ),
    (
        "SG-M214",
        "{service}의 execute-command는 kubectl exec으로 바뀝니다",
        "필요한 사람에게 RBAC으로 pods/exec 권한을 줍니다",
    ),
    (
        "SG-M215",
        "{name}: 시간이 아니라 이벤트로 시작됩니다",
        "Job을 무엇으로 시작할지 정합니다: 큐 소비자, KEDA ScaledJob, 또는 EventBridge와 작은 API",
    ),
    ("SG-M216", "노드에 임시 공간 {gib} GiB가 필요합니다", "노드의 디스크를 늘립니다"),
    (
        "SG-M217",
        "변수를 {file}에서 가져옵니다. 비밀 값이 있을 수 있어 읽지 않았습니다",
        "ExternalSecret으로 {service} 네임스페이스의 {secret} Secret에 저장합니다",
    ),
    ("SG-M218", "{container}의 {field}이(가) 빈 문자열 하나뿐입니다", "지웁니다"),
    ("SG-M219", "{service}: 종료된 Elastic Inference를 씁니다", "Inferentia나 GPU로 바꿉니다"),
    (
        "SG-M220",
        "노드에서 {volume}의 EFS 파일 시스템에 접근할 수 있어야 합니다",
        "마운트 타깃에서 노드 보안 그룹의 NFS(2049)를 허용합니다",
    ),
    (
        "SG-M221",
        "{volume}: 태스크 역할이 아니라 노드의 드라이버 권한으로 마운트합니다",
        "파일 시스템 정책에서 EFS 드라이버의 역할을 허용합니다",
    ),
    ("SG-M222", "{name}: ECS에서 설정하는 변수입니다", "이 변수 없이도 동작하는지 확인합니다"),
    (
        "SG-M223",
        "EBS 볼륨 {volume}의 설정은 StorageClass에 속합니다",
        "같은 암호화, IOPS, 처리량으로 StorageClass {class}을(를) 만듭니다",
    ),
    (
        "SG-M224",
        "{name}: 양쪽에서 동시에 실행하면 안 됩니다",
        "기존 스케줄을 끄고 CronJob을 켜는 일을 한 단계로 합니다. segue에서 넘겨받습니다",
    ),
    (
        "SG-M225",
        "{volume}: 같은 머신의 태스크끼리 함께 쓰던 볼륨입니다",
        "데이터를 옮겨야 하는지 정합니다",
    ),
    (
        "SG-M226",
        "{volume}: Docker 볼륨 드라이버 {driver}이(가) 필요합니다",
        "해당하는 CSI 드라이버를 찾습니다",
    ),
    (
        "SG-M227",
        "{field} 설정을 클러스터 DNS에 더합니다",
        "클러스터 이름과 겹치지 않는지 확인합니다",
    ),
    (
        "SG-M228",
        "{container}: {type}이(가) 필요합니다. 디바이스 플러그인이 있는 노드가 있어야 합니다",
        "해당 노드의 NodePool을 추가합니다",
    ),
    (
        "SG-M229",
        "{container}에서 기다리는 {target}은(는) 이 태스크의 다른 컨테이너가 아닙니다",
        "dependsOn을 고칩니다",
    ),
    (
        "SG-M230",
        "{container}은(는) 서비스하는 컨테이너 {app}을(를) 기다립니다. 이 순서는 유지되지 않습니다",
        "{container}에서 직접 기다리게 합니다",
    ),
    ("SG-M231", "{container}: 다른 컨테이너를 거쳐 자기 자신을 기다립니다", "순환을 끊습니다"),
    (
        "SG-M232",
        "{service}: ECS 인스턴스마다가 아니라 노드마다 하나씩 실행합니다",
        "노드 수를 확인합니다",
    ),
    (
        "SG-M233",
        "컨테이너 {name}의 이름이 {new}(으)로 바뀝니다",
        "이 이름을 쓰는 스크립트를 고칩니다",
    ),
    ("SG-M234", "{one}와(과) {other}의 이름이 같아집니다", "한쪽의 이름을 바꿉니다"),
    (
        "SG-M235",
        "{name}은(는) Service 이름으로 쓸 수 없습니다",
        "호출하는 쪽에서 다른 이름을 쓰게 합니다",
    ),
    (
        "SG-M236",
        "{container}은(는) 어떤 종료 코드로도 끝날 수 있지만 init 컨테이너는 그럴 수 없습니다",
        "0으로 끝나게 하거나 셸로 감쌉니다",
    ),
    (
        "SG-M237",
        "ECS의 호출하는 쪽은 Cloud Map에서 {service}을(를) {name}(으)로 찾습니다",
        "호출하는 쪽이 양쪽에 있는 동안 external-dns(aws-sd)로 파드를 등록합니다",
    ),
    ("SG-M238", "{name}: 클래식 로드 밸런서입니다", "먼저 ALB로 옮깁니다"),
    (
        "SG-M239",
        "{provider}의 비율은 선호 조건으로만 반영됩니다",
        "비율을 지켜야 하면 Karpenter의 capacity-spread 레이블로 분산합니다",
    ),
    ("SG-M240", "{provider}의 base 수는 보장되지 않습니다", "온디맨드 노드의 NodePool을 둡니다"),
    ("SG-M241", "{container}: {list} 권한(capability)을 추가합니다", "필요 없으면 뺍니다"),
    (
        "SG-M242",
        "{service}의 배포 비율로는 파드를 늘릴 수도 줄일 수도 없어 하나 더 허용합니다",
        "maximumPercent를 100보다 크게 둡니다",
    ),
    ("SG-M243", "{name}은(는) 변수 이름으로 쓸 수 없습니다", "이름을 바꿉니다"),
    (
        "SG-M244",
        "{service}: ARM64에서 실행됩니다",
        "모든 이미지에 arm64 매니페스트가 있고 해당 노드가 있는지 확인합니다",
    ),
    (
        "SG-M245",
        "{service}: 2026-09-30에 종료된 App Mesh를 씁니다",
        "다른 메시를 쓸지 정하고 proxyConfiguration과 Envoy를 지웁니다",
    ),
    (
        "SG-M259",
        "Docker 볼륨 {volume}의 옵션이 없어집니다",
        "노드 디스크의 일반 폴더로 충분한지 확인합니다",
    ),
];
