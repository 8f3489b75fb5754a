//! Task definitions, their containers and what a pod does differently.

use super::Row;

/// SG-M100 to SG-M182.
pub(super) const ROWS: &[Row] = &[
    (
        "SG-M100",
        "{service}: 자격 증명처럼 보이는 문자열 {count}개를 더 찾아 가렸습니다",
        "apps/{service}에서 [redacted]를 찾아 값을 ExternalSecret으로 옮깁니다",
    ),
    (
        "SG-M101",
        "{container}의 {field} 값은 ECS에서 받아들이지 않는 값입니다",
        "태스크 정의를 고치거나 오버레이의 patches에 올바른 값을 적습니다",
    ),
    (
        "SG-M102",
        "{field}: 나중에 채울 자리 표시 값입니다",
        "오버레이에서 채우거나, 템플릿 대신 등록된 태스크 정의를 스캔합니다",
    ),
    (
        "SG-M103",
        "{container}의 {field}에 자격 증명처럼 보이는 값이 그대로 적혀 있습니다",
        "AWS Secrets Manager로 옮기고 태스크 정의의 `secrets`에서 참조합니다",
    ),
    (
        "SG-M104",
        "dockerSecurityOptions의 `{option}`은(는) 노드에도 설정이 있어야 합니다",
        "노드에 프로파일을 올리거나 옵션을 뺍니다",
    ),
    (
        "SG-M105",
        "{field} 설정 때문에 ECS에서 직접 {service} 트래픽을 옮깁니다",
        "가중치를 옮기는 동안 {service}의 ECS 배포를 멈춥니다",
    ),
    (
        "SG-M106",
        "{service} 스케줄의 입력을 컨테이너에 적용하지 못했습니다",
        "타깃의 Input과 CronJob을 비교해 빠진 것을 patches에 추가합니다",
    ),
    (
        "SG-M107",
        "Service Connect의 {field} 설정은 메시가 있어야 유지됩니다",
        "메시를 쓸지 정합니다. 쓰지 않으면 이 설정은 없어집니다",
    ),
    (
        "SG-M108",
        "{service} 스케줄에서 덮어쓰는 {field} 값은 적용되지 않았습니다",
        "CronJob의 patches에 적습니다",
    ),
    (
        "SG-M109",
        "{service}은(는) 고정 세션을 씁니다. 트래픽을 옮기는 동안 쿠키가 가중치보다 우선합니다",
        "고정 세션을 끄거나, 쿠키 유효 기간만큼 기존 쪽을 유지합니다",
    ),
    (
        "SG-M110",
        "{service}의 호출 대상에서 기존 보안 그룹({groups})만 허용할 수 있습니다",
        "이 그룹을 허용한 곳마다 노드 또는 SecurityGroupPolicy의 보안 그룹을 허용합니다",
    ),
    (
        "SG-M111",
        "{what}: 최신 AWS Load Balancer Controller가 필요합니다",
        "Ingress를 적용하기 전에 컨트롤러 버전을 확인합니다",
    ),
    (
        "SG-M112",
        "{field} 값이 `host`라서 태스크가 호스트의 네임스페이스를 함께 씁니다",
        "설정을 빼거나, privileged 프로파일의 전용 노드에서 실행합니다",
    ),
    (
        "SG-M113",
        "호스트 이름 `{name}`은(는) 그대로 유지할 수 없습니다",
        "이 호스트 이름에 의존하는 것이 없는지 확인합니다",
    ),
    (
        "SG-M114",
        "로그 라우터 {container}은(는) 없애고 노드의 에이전트로 대체합니다",
        "{service}을(를) 옮기기 전에 라우터의 출력 설정을 노드의 Fluent Bit로 옮깁니다",
    ),
    (
        "SG-M115",
        "{service}은(는) 클러스터에 없는 머신에서 ECS Anywhere로 실행됩니다",
        "{service}을(를) 어디서 실행할지 정하고, naming.yaml의 ignore에 넣거나 시작 유형을 바꿉니다",
    ),
    ("SG-M116", "ECS 태그별 비용 할당이 끝납니다", "클러스터의 분할 비용 할당 데이터를 켭니다"),
    (
        "SG-M117",
        "{family}: Windows 노드가 필요합니다",
        "같은 빌드의 Windows 노드 그룹을 추가합니다",
    ),
    (
        "SG-M118",
        "{container}의 volumesFrom 대상 {source}은(는) 이 태스크의 컨테이너가 아닙니다",
        "태스크 정의의 volumesFrom을 고칩니다",
    ),
    (
        "SG-M119",
        "{container}은(는) {source}의 볼륨을 함께 씁니다. 이미지에 든 파일은 복사되지 않습니다",
        "{source} 이미지에 파일이 들어 있으면 init 컨테이너로 복사합니다",
    ),
    ("SG-M120", "{container}의 환경 변수 하나에 이름이 없습니다", "태스크 정의에서 지웁니다"),
    (
        "SG-M121",
        "{container}의 {name}이(가) 일반 변수와 시크릿에 모두 있어 시크릿을 씁니다",
        "일반 변수를 지웁니다",
    ),
    ("SG-M122", "{name}이(가) 두 번 정의되어 마지막 값을 씁니다", "앞의 것을 지웁니다"),
    (
        "SG-M123",
        "{container}의 {name}: environment 안의 valueFrom은 ECS에서 무시됩니다",
        "`secrets`로 옮깁니다",
    ),
    (
        "SG-M124",
        "{container}의 실행 사용자가 정해져 있지 않아 파드에서는 {user} 사용자로 실행합니다",
        "첫 환경에서 시험해 보고, 이미지에 다른 사용자가 필요하면 `user`를 적거나 runAsUser를 패치합니다",
    ),
    (
        "SG-M125",
        "{container}의 실행 사용자 `{user}`은(는) 이미지를 봐야 번호를 알 수 있는 이름입니다",
        "`user`에 사용자 번호를 적습니다",
    ),
    (
        "SG-M126",
        "{container}에서 마운트하는 {volume} 볼륨이 태스크에 정의되어 있지 않습니다",
        "볼륨을 추가하거나 마운트를 지웁니다",
    ),
    (
        "SG-M127",
        "{container}에 ulimit {limit} 설정이 있습니다. 파드에서는 노드의 제한을 따릅니다",
        "노드의 기본값과 비교하고 필요하면 노드에서 올립니다",
    ),
    (
        "SG-M128",
        "{service} 파드에서 쓰려면 {role} 역할의 신뢰 정책에 클러스터가 있어야 합니다",
        "{role}의 신뢰 정책에 pods.eks.amazonaws.com(Pod Identity) 또는 클러스터의 OIDC 공급자를 추가하고, ECS를 끝낼 때까지 ecs-tasks.amazonaws.com도 둡니다",
    ),
    (
        "SG-M129",
        "{service}: 신뢰 실행 환경({mode})이 필요합니다",
        "기밀 컴퓨팅용 RuntimeClass를 정합니다",
    ),
    (
        "SG-M130",
        "{container}: traefik 레이블로 라우팅합니다",
        "경로를 Ingress나 HTTPRoute로 작성합니다",
    ),
    (
        "SG-M131",
        "{container}의 tmpfs 마운트 옵션이 없어집니다",
        "noexec, nosuid 등이 필요 없는지 확인합니다",
    ),
    (
        "SG-M132",
        "타깃 그룹 유형이 {type}(이)라서 파드를 등록할 수 없습니다",
        "해당 부분은 클러스터 밖에 둡니다",
    ),
    (
        "SG-M133",
        "{service}의 기존 타깃 그룹은 인스턴스를, 새 타깃 그룹은 파드 주소를 등록합니다",
        "로드 밸런서의 보안 그룹에서 파드 포트로 접근할 수 있게 허용합니다",
    ),
    (
        "SG-M134",
        "{service}의 타깃 그룹이 스냅샷에 없어 TargetGroupBinding을 만들지 못했습니다",
        "elasticloadbalancing:DescribeTargetGroups 권한을 주고 다시 스캔하거나 JSON을 추가합니다",
    ),
    (
        "SG-M135",
        "{name}은(는) 안전하지 않은(unsafe) sysctl입니다",
        "노드의 kubelet에서 허용하거나 노드에 직접 설정합니다",
    ),
    ("SG-M136", "두 컨테이너에서 {name} 값을 다르게 설정합니다", "값을 하나로 정합니다"),
    (
        "SG-M137",
        "{container}의 스왑 설정이 없어집니다",
        "스왑 없이 동작하도록 메모리 제한을 정합니다",
    ),
    (
        "SG-M138",
        "{service}의 서브넷은 노드의 서브넷으로 바뀝니다",
        "파드에 쓸 주소가 남아 있는지, 라우팅이 같은지 확인합니다",
    ),
    (
        "SG-M139",
        "{service}의 단계 조정 정책은 대략적으로만 유지됩니다",
        "단계별 값을 오토스케일러와 비교하고 behavior를 조정합니다",
    ),
    (
        "SG-M140",
        "{container}의 startTimeout {secs}초는 Fargate 허용 범위(2~120) 밖입니다",
        "값을 고칩니다",
    ),
    (
        "SG-M141",
        "{name}: SRV 레코드로 조회합니다",
        "호출하는 쪽에 포트를 알려 주거나 SRV 레코드를 직접 유지합니다",
    ),
    (
        "SG-M142",
        "{service}의 컨테이너 {count}개에 크기가 없어 태스크 크기를 추정해 나누었습니다",
        "컨테이너마다 cpu와 memory를 적습니다",
    ),
    (
        "SG-M143",
        "{service}의 Service Connect 이름은 ECS 태스크 안에서만 찾을 수 있습니다",
        "호출하는 쪽이 양쪽에 있는 동안 {service}을(를) Cloud Map이나 내부 로드 밸런서로 노출합니다",
    ),
    (
        "SG-M144",
        "{name}: 시크릿 전체(JSON)가 그대로 들어갑니다",
        "프로그램에서 파싱하는지 확인합니다",
    ),
    (
        "SG-M145",
        "{service}의 시크릿을 지금은 실행 역할로 읽지만, 이후에는 ServiceAccount로 읽습니다",
        "ServiceAccount {service}의 역할에 이 시크릿들만 읽는 권한을 줍니다",
    ),
    (
        "SG-M146",
        "{name}에서 참조하는 시크릿이 없습니다: {ref}",
        "시크릿을 만들거나 참조를 고칩니다",
    ),
    (
        "SG-M147",
        "{container}의 시크릿에 이름 또는 valueFrom이 없습니다",
        "태스크 정의에서 채웁니다",
    ),
    (
        "SG-M148",
        "{name}: 다른 계정 또는 리전의 값입니다 ({ref})",
        "새 역할로 그곳에서 읽을 수 있는지 확인합니다",
    ),
    (
        "SG-M149",
        "{service} 타깃을 실행하는 규칙이 스냅샷에 없습니다",
        "describe-rule 또는 get-schedule 결과를 파일에 추가합니다",
    ),
    (
        "SG-M150",
        "{name}: `{expression}` 표현식은 CronJob으로 바꿀 수 없습니다 ({why})",
        "다섯 필드로 쓸 수 있는 일정을 정해 패치로 적습니다",
    ),
    (
        "SG-M151",
        "{name}의 시작일 또는 종료일이 없어집니다",
        "때가 되면 CronJob을 직접 정지(suspend)합니다",
    ),
    (
        "SG-M152",
        "예약 작업 {name}은(는) KEDA cron 트리거의 시간대로 바뀝니다",
        "시작, 끝, 개수를 확인합니다",
    ),
    (
        "SG-M153",
        "{what} 설정으로 해당 방향의 스케일링이 정지되어 있습니다",
        "계속 정지해 둘지 정합니다",
    ),
    (
        "SG-M154",
        "{service}은(는) 0까지 줄어들 수 있어 KEDA가 필요합니다",
        "KEDA를 설치하거나 최솟값을 1로 둡니다",
    ),
    (
        "SG-M155",
        "{service}의 스케일링 지표 {metric}은(는) KEDA를 통해 CloudWatch에서 읽습니다",
        "KEDA를 설치하고, 트래픽을 옮긴 뒤 트리거를 새 타깃 그룹으로 바꿉니다",
    ),
    (
        "SG-M156",
        "{volume}은(는) S3 파일 시스템입니다. EFS 드라이버 3.0부터 마운트할 수 있습니다",
        "드라이버 버전을 확인하고 마운트를 시험합니다",
    ),
    ("SG-M157", "{name}: {when}에 한 번만 실행됩니다", "그 시각에 Job을 직접 실행합니다"),
    (
        "SG-M158",
        "{container}: root로 실행됩니다",
        "이미지에 전용 사용자를 만들고 `user`에 적습니다",
    ),
    (
        "SG-M159",
        "{container} 이미지는 root로 시작하는 이미지로 알려져 있습니다",
        "권한 없는(unprivileged) 변형 이미지를 씁니다",
    ),
    (
        "SG-M160",
        "지금은 {field} 설정으로 자동 롤백하지만 Deployment는 롤백하지 않습니다",
        "Segue나 Argo Rollouts로 배포를 감시합니다",
    ),
    ("SG-M161", "스케줄의 {field} 설정이 없어집니다", "실패한 Job을 알람으로 감시합니다"),
    (
        "SG-M162",
        "{container}의 restartAttemptPeriod 설정이 없어집니다",
        "할 일은 없습니다. kubelet에서 재시작 간격을 조절합니다",
    ),
    (
        "SG-M163",
        "{registry} 이미지는 로그인이 필요하며 {secret} 시크릿을 씁니다",
        "시크릿에 `username`과 `password`가 있는지 확인합니다",
    ),
    (
        "SG-M164",
        "{container}의 루트 파일 시스템은 읽기 전용이 되고 /tmp만 비어 있는 쓰기 공간입니다",
        "다른 곳에도 쓰면 patches에 emptyDir를 추가하거나 태스크 정의에서 readonlyRootFilesystem을 false로 둡니다",
    ),
    (
        "SG-M165",
        "{service} 태스크에는 공인 주소가 있습니다. 파드는 NAT로 나갑니다",
        "주소를 허용 목록에 등록한 협력사에 NAT 주소를 알립니다",
    ),
    (
        "SG-M166",
        "{container}: 다른 컨테이너보다 먼저 시작해 끝나므로 헬스 체크를 없앱니다",
        "할 일은 없습니다",
    ),
    ("SG-M167", "{container}: privileged로 실행됩니다", "필요한 권한을 확인하고 그것만 줍니다"),
    (
        "SG-M168",
        "{service}의 예측 스케일링에 해당하는 기능이 없습니다",
        "알려진 시간대에 KEDA cron 트리거로 최솟값을 올립니다",
    ),
    (
        "SG-M169",
        "포트 범위 {range}을(를) 포트 {written}개로 풀어 썼습니다",
        "모두 필요한지 확인합니다",
    ),
    (
        "SG-M170",
        "{one}와(과) {other} 모두 {port} 포트를 엽니다. 파드에서는 주소를 함께 씁니다",
        "한쪽의 포트를 바꿉니다",
    ),
    (
        "SG-M171",
        "배치 표현식 `{expression}`을(를) 해석하지 못했습니다",
        "patches에 노드 어피니티로 적습니다",
    ),
    (
        "SG-M172",
        "{service} 앞의 로그인에는 AWS에서 돌려주지 않는 클라이언트 시크릿이 필요합니다",
        "클라이언트 시크릿을 저장하고 patches의 auth-idp-oidc에서 참조합니다",
    ),
    (
        "SG-M173",
        "읽은 파일에 {service}을(를) 실행하는 ECS 서비스가 없어 복제본 1개로 두었습니다",
        "서비스 JSON을 추가하거나 오버레이에 복제본 수를 적습니다",
    ),
    (
        "SG-M174",
        "{service}의 크기를 정하는 지표를 하나도 유지하지 못했습니다",
        "patches에 지표를 적습니다",
    ),
    (
        "SG-M175",
        "{service}의 시크릿 리전을 알 수 없어 us-east-1로 적었습니다",
        "SecretStore의 리전을 패치로 적습니다",
    ),
    (
        "SG-M176",
        "태스크에 네트워크가 없어 NetworkPolicy로 모두 차단합니다",
        "클러스터 네트워크에서 정책이 적용되는지 확인합니다",
    ),
    (
        "SG-M177",
        "{container}: 메모리 제한이 없습니다",
        "memoryReservation 옆에 `memory`를 적습니다",
    ),
    ("SG-M178", "{container}에 메모리가 없어 {assumed} MiB로 두었습니다", "측정해서 적습니다"),
    (
        "SG-M179",
        "{container}: 이미지가 없습니다",
        "이미지를 적거나 등록된 태스크 정의를 스캔합니다",
    ),
    (
        "SG-M180",
        "{service}의 {container}: 헬스 체크가 없습니다",
        "헬스 체크를 추가합니다. 없으면 고장 난 파드에도 트래픽이 갑니다",
    ),
    ("SG-M181", "{service}: 컨테이너가 없습니다", "태스크 정의를 확인합니다"),
    (
        "SG-M182",
        "{container}은(는) essential이 아닙니다. 끝나도 파드에서는 계속 다시 시작됩니다",
        "스스로 끝나는 컨테이너면 init 컨테이너나 Job으로 바꿉니다",
    ),
];
