//! Names, leaks between environments, what surrounds a service in AWS.

use super::Row;

/// SG-M010 to SG-M031, SG-M247 to SG-M275.
pub(super) const ROWS: &[Row] = &[
    (
        "SG-M010",
        "naming.yaml의 {list}에 `{pin}` 항목이 있지만 그런 ARN이나 이름을 가진 객체가 없습니다",
        "객체가 삭제되었으면 naming.yaml에서 `{pin}` 항목을 지우고, 아니면 철자를 고칩니다",
    ),
    (
        "SG-M011",
        "{kind} `{name}`: 무엇인지 확실하지 않습니다. 후보는 {first} 또는 {second}입니다",
        "naming.yaml의 pins에 `{name}`의 환경과 서비스를 적습니다",
    ),
    (
        "SG-M012",
        "{kind} `{name}`: {first}(으)로 보았습니다. 다음 후보 {second}와의 차이는 {margin}입니다",
        "맞으면 그대로 두고, 아니면 naming.yaml의 pins에 `{name}`을(를) 적습니다",
    ),
    (
        "SG-M013",
        "{kind} `{name}`: 이름이 관례와 다릅니다 ({how})",
        "지금 할 일은 없습니다. 새 이름은 {canonical}입니다",
    ),
    (
        "SG-M014",
        "{kind} `{name}`: 어느 환경인지 알 수 없어 오버레이를 `default`로 둡니다",
        "naming.yaml의 pins에 `{name}`의 환경을 적거나 그대로 둡니다",
    ),
    (
        "SG-M020",
        "{kind} 객체 두 개가 모두 {target}입니다: {ids}",
        "naming.yaml에서 하나를 다른 서비스로 고정하거나 ignore에 `{id}`을(를) 넣습니다",
    ),
    (
        "SG-M021",
        "{kind} 이름 두 개가 {target} 형태로 쓰면 같아집니다: {ids}",
        "naming.yaml에서 `{id}` 하나를 다른 서비스로 고정합니다",
    ),
    (
        "SG-M022",
        "32자로 자르면 이름이 같아집니다: {names} → {name}",
        "naming.yaml에서 한쪽 서비스에 더 짧은 이름을 줍니다",
    ),
    (
        "SG-M023",
        "{balancer}의 {route} 경로가 여러 곳을 가리킵니다: {targets}",
        "{targets} 중 어느 쪽이 {route}에 응답할지 정하고 나머지 규칙을 삭제합니다",
    ),
    (
        "SG-M024",
        "{targets}: Cloud Map 이름이 {name}(으)로 같습니다",
        "새 매니페스트에서 이름을 따로 줍니다. 환경끼리 실수로 서로를 찾으면 안 됩니다",
    ),
    (
        "SG-M025",
        "로그 그룹 {name}에 여러 환경이 함께 기록합니다: {environments}",
        "지금 할 일은 없습니다. 새 워크로드는 네임스페이스별로 기록합니다. 실수라면 기존 태스크 정의를 고칩니다",
    ),
    (
        "SG-M030",
        "{env} 환경 {service}의 {place}에 {foreign} 환경의 단어 `{word}`이(가) 있습니다",
        "{env} 환경의 {service}에서 정말 {foreign} 자원을 써야 하는지 확인하고, 고치거나 예외로 등록합니다",
    ),
    (
        "SG-M031",
        "{service}의 {place}에 환경 이름일 수 있는 단어 `{word}`이(가) 있습니다",
        "환경 이름이 아니면 그대로 두고, 맞으면 naming.yaml의 aliases에 추가합니다",
    ),
    ("SG-M247", "{family}: 리비전이 여러 개 있어 {kept}을(를) 씁니다", "오래된 파일을 지웁니다"),
    (
        "SG-M248",
        "{sources}: 모두 {env} 환경의 {service}로 해석됩니다",
        "naming.yaml에서 하나를 고정합니다",
    ),
    (
        "SG-M249",
        "`{field}`: 모르는 필드라서 아무것도 만들지 않았습니다",
        "중요한 값인지 확인하고, AWS의 새 필드라면 알려 주십시오",
    ),
    ("SG-M250", "{file}: 아는 내용이 없습니다", "폴더에서 빼거나 무엇인지 알려 주십시오"),
    ("SG-M251", "{what}: 스캔한 어느 서비스에도 속하지 않습니다", "삭제해도 되는지 확인합니다"),
    (
        "SG-M252",
        "서비스가 연결되지 않은 리스너 규칙은 그 자리에 둡니다",
        "로드 밸런서를 옮길 때 함께 옮깁니다",
    ),
    (
        "SG-M253",
        "기존 로드 밸런서로 트래픽을 전환하는 동안 DNS 레코드는 그대로 둡니다",
        "지금 할 일은 없습니다",
    ),
    (
        "SG-M254",
        "{service}의 {what}: 환경마다 다릅니다. {envs}에는 있고 {others}에는 없습니다",
        "의도한 차이인지 확인합니다",
    ),
    (
        "SG-M255",
        "{service}: 환경 이름이 직접 들어간 값이 {count}개 있습니다",
        "값마다 설정 하나에서 읽게 하고 base에는 환경 이름을 남기지 않습니다",
    ),
    (
        "SG-M258",
        "{env} 환경 {service}의 태스크 정의가 스냅샷에 없습니다",
        "ecs:DescribeTaskDefinition 권한을 주고 다시 스캔하거나 JSON 파일을 추가합니다",
    ),
    (
        "SG-M260",
        "{service}의 ECS 지표를 보는 알람 {count}개가 이전 후 울리지 않습니다: {list}",
        "{service}의 가중치를 옮기기 전에 클러스터 지표로 {list} 알람을 다시 만듭니다",
    ),
    (
        "SG-M261",
        "{env} 환경 {service}의 태스크 역할 {role}에 {foreign} 환경 권한이 있습니다: {what}",
        "{role}에서 해당 정책을 빼거나, {env} 환경의 {service}에 왜 필요한지 밝힙니다",
    ),
    (
        "SG-M262",
        "{env} 환경 {service}의 실행 역할 {role}에 {foreign} 환경 권한이 있습니다: {what}",
        "실행 역할을 나눌 때 해당 정책을 뺍니다",
    ),
    (
        "SG-M263",
        "{role}의 신뢰 정책에 {condition} 조건이 있어 {service} 파드에서 쓸 수 없습니다",
        "pods.eks.amazonaws.com용 문을 {condition} 없이 추가하고, ECS를 끝낼 때까지 기존 문도 둡니다",
    ),
    (
        "SG-M264",
        "{service}: ECS 태스크를 직접 실행할 수 있습니다. {role} 역할에 {action} 권한이 있습니다",
        "{service} 코드에서 RunTask 호출을 찾아 Job으로 바꿉니다",
    ),
    (
        "SG-M265",
        "{service}을(를) 허용하는 보안 그룹이 태스크의 보안 그룹({own})을 출발지로 지정합니다. 파드에는 이 그룹이 없습니다: {groups}",
        "트래픽을 옮기기 전에 {groups}에서 노드 또는 SecurityGroupPolicy의 보안 그룹을 허용합니다",
    ),
    (
        "SG-M266",
        "{foreign} 환경의 보안 그룹 {group}에서 {env} 환경 {service} 태스크를 허용합니다",
        "{group}에서 규칙을 지우거나, {env} 환경의 {service}에 왜 필요한지 밝힙니다",
    ),
    (
        "SG-M267",
        "서브넷 {subnet}의 남은 주소가 {free}개입니다. 파드마다 주소를 하나씩 씁니다",
        "이전을 시작하기 전에 노드에 다른 서브넷을 주거나 VPC에 보조 CIDR을 추가합니다",
    ),
    (
        "SG-M268",
        "CodeDeploy({group})에서 {service}의 리스너를 바꿉니다",
        "가중치를 옮기는 동안 {group} 배포를 멈춥니다",
    ),
    (
        "SG-M269",
        "{name}: 이미 가중치 기반 레코드입니다 ({weights})",
        "규칙의 가중치를 옮기는 동안 레코드의 가중치를 그대로 둘지 정합니다",
    ),
    (
        "SG-M270",
        "{container} 이미지는 다른 계정({account})에 있어 노드에 풀 권한이 필요합니다",
        "{repository} 리포지토리 정책에 노드 역할을 허용합니다",
    ),
    (
        "SG-M271",
        "{volume}의 파일은 액세스 포인트 때문에 파드의 사용자와 관계없이 {uid} 사용자 소유가 됩니다",
        "프로그램에서 소유자를 보지 않으면 그대로 두고, 보면 {uid} 사용자로 실행합니다",
    ),
    (
        "SG-M272",
        "{volume}: 지금은 전송 암호화 없이 마운트합니다. EFS 드라이버는 기본으로 암호화합니다",
        "괜찮으면 그대로 두고, 아니면 patches에서 encryptInTransit을 false로 둡니다",
    ),
    (
        "SG-M273",
        "{service}의 규칙에서 가중치 {share}을(를) 다른 타깃 그룹 {group}에 줍니다. 전환 중에도 유지해야 합니다",
        "{service} 몫 안에서만 가중치를 옮기거나, 실험을 먼저 끝냅니다",
    ),
    (
        "SG-M274",
        "{service}의 타깃 그룹은 등록 해제 후 {secs}초만 기다립니다. 지금도 처리 중인 요청이 끊깁니다",
        "적어도 새 타깃 그룹에는 가장 긴 요청 시간만큼 등록 해제 지연을 둡니다",
    ),
    (
        "SG-M275",
        "{name}: {family} 리비전 {pinned}을(를) 실행하는데 서비스는 {current}을(를) 씁니다. 이미지나 크기가 다릅니다",
        "두 리비전을 비교하고 필요한 차이를 {name} CronJob의 patches에 적습니다",
    ),
];
