//! The first stage, routes, waves, waivers and money: what planners of the whole estate say.

use super::Row;

/// SG-M300 to SG-M424.
pub(super) const ROWS: &[Row] = &[
    (
        "SG-M300",
        "{env} 환경의 서비스가 여러 VPC({vpcs})에서 실행되는데 모두 {cluster} 클러스터로 모읍니다",
        "Kubernetes로 옮기기 전에 {env} 환경의 VPC를 정합니다. ECS에서는 서비스를 그대로 둘 수 있습니다",
    ),
    (
        "SG-M301",
        "{env} 환경을 한꺼번에 옮기려면 주소 {need}개가 필요한데 서브넷에 {free}개만 남아 있습니다",
        "{env} 환경의 서비스를 한 번에 태스크 {free}개 이하로 나누어 옮기거나 서브넷을 먼저 추가합니다",
    ),
    (
        "SG-M302",
        "{env} 환경의 {service} 태스크는 {cluster} 클러스터의 EC2 인스턴스에서 실행되며, 이 인스턴스는 {target} 클러스터에 들어갈 수 없습니다",
        "{cluster}와(과) 같은 Auto Scaling 그룹을 ECS_CLUSTER={target} 사용자 데이터로 만들고 용량 공급자 {provider}을(를) 연결합니다",
    ),
    (
        "SG-M303",
        "{env} 환경 {service}의 {things}은(는) {writer}에서 관리하므로 이전 중 바꾼 내용이 되돌려질 수 있습니다",
        "{service}을(를) 옮기는 동안 {writer} 적용을 멈추고, 끝나면 결과를 코드에 반영합니다",
    ),
    (
        "SG-M304",
        "{env} 환경 {service} 앞에 고정 세션({how})이 있어 가중치만으로 요청의 방향이 정해지지 않습니다",
        "{service}의 세션이 전환 중에도 유지되는지 시험하거나 접속자가 적을 때 옮깁니다",
    ),
    (
        "SG-M305",
        "{env} 환경의 클러스터마다 {setting} 설정이 다릅니다 ({values}). {cluster}에는 {chosen}을(를) 씁니다",
        "{chosen} 값이 {env} 환경의 모든 서비스에 맞는지 확인합니다",
    ),
    (
        "SG-M306",
        "{service}에서 떠나는 {cluster} 클러스터 이름이 정책에 적혀 있습니다: {roles}",
        "{service}을(를) 옮기기 전에 이 정책들에 {target}을(를) 추가하고, 끝나면 {cluster}을(를) 뺍니다",
    ),
    (
        "SG-M307",
        "{service}에서 떠나는 {cluster} 클러스터의 이벤트를 받는 규칙이 있습니다: {rules}",
        "{service}을(를) 옮기기 전에 {rules} 패턴에 {target} ARN을 추가합니다",
    ),
    (
        "SG-M308",
        "{records} 레코드는 {balancer} 상태를 보고 대상을 고릅니다. 빈 타깃 그룹이 생기면 비정상으로 판단합니다",
        "{balancer} 뒤의 이전이 끝날 때까지 {records}의 EvaluateTargetHealth를 false로 둡니다",
    ),
    (
        "SG-M309",
        "{balancer} 뒤의 서비스를 한꺼번에 옮기면 타깃 그룹이 {count}개가 됩니다. AWS 한도는 {limit}개입니다",
        "{balancer} 뒤의 서비스를 여러 번에 나누어 옮깁니다",
    ),
    (
        "SG-M310",
        "{service}: {name}이(가) 어느 서비스와 환경인지 확실하지 않아 옮기지 않습니다",
        "naming.yaml의 pins에 {name}을(를) 적고 다시 계획합니다",
    ),
    (
        "SG-M311",
        "{service}: {names} 모두 {env} 환경의 {service}(으)로 해석되어 옮기지 않습니다",
        "naming.yaml에서 {names} 중 하나를 다른 서비스로 고정하고 다시 계획합니다",
    ),
    (
        "SG-M312",
        "{name}: 옮기지 않습니다 ({why})",
        "접근 권한을 주고 다시 스캔하거나, 옮기려면 naming.yaml의 ignore에서 {name}을(를) 뺍니다",
    ),
    (
        "SG-M313",
        "{env} 환경의 {service}: 옮기지 않습니다 ({what})",
        "{service}을(를) 관리하는 프로그램으로 옮긴 뒤 다시 계획합니다",
    ),
    (
        "SG-M314",
        "{env} 환경의 {service}: 데몬이라 공유 클러스터의 모든 인스턴스에서 실행되므로 옮기지 않습니다",
        "{service}을(를) 실행할 인스턴스를 정하고 배치 제약을 추가합니다",
    ),
    (
        "SG-M315",
        "{env} 환경의 {service}: 트래픽이 {what}을(를) 거치며 Segue에서 그 가중치를 옮기지 않으므로 옮기지 않습니다",
        "{service} 앞에 ALB를 두거나 DNS 가중치로 옮기고 다시 계획합니다",
    ),
    (
        "SG-M316",
        "{env} 환경의 {service}: 타깃 그룹 {group}을(를) 읽지 못해 옮기지 않습니다",
        "elasticloadbalancing:DescribeTargetGroups 권한을 주고 다시 스캔합니다",
    ),
    (
        "SG-M317",
        "{env} 환경의 {service}: 타깃 그룹 {group}(으)로 이어지는 규칙이 없어 옮기지 않습니다",
        "DescribeListeners와 DescribeRules 권한을 주고 다시 스캔하거나, 쓰지 않으면 {service}에서 타깃 그룹을 뺍니다",
    ),
    (
        "SG-M318",
        "{env} 환경의 {service}: {group}에 {others} 태스크도 있어 옮기지 않습니다",
        "서비스마다 타깃 그룹을 따로 만들고 다시 계획합니다",
    ),
    (
        "SG-M319",
        "{env} 환경의 {service}: 규칙 {rule}에 타깃 그룹이 {count}개 있고 {need}개가 필요한데 한도는 5개라서 옮기지 않습니다",
        "규칙 {rule}에서 가중치가 없는 타깃 그룹을 빼고 다시 계획합니다",
    ),
    (
        "SG-M320",
        "{env} 환경의 {service}: {owner}의 AWS Load Balancer Controller에서 로드 밸런서를 관리하므로 옮기지 않습니다",
        "{owner}의 Ingress에서 {service} 가중치를 옮기거나 별도 로드 밸런서를 줍니다",
    ),
    (
        "SG-M321",
        "{env} 환경의 {service}: {name}이(가) 이미 {cluster}에서 실행 중이라 옮길 필요가 없습니다",
        "{env} 환경의 {service}에는 할 일이 없습니다",
    ),
    (
        "SG-M322",
        "{env} 환경의 {service}: {missing} 정보가 없어 옮기지 않습니다",
        "`segue migrate scan`으로 API에서 스냅샷을 받아 {missing} 정보를 채웁니다",
    ),
    (
        "SG-M323",
        "{env} 환경의 {service}: {cluster}에서는 보류된 {names}을(를) 찾을 수 없어 옮기지 않습니다",
        "{names}의 보류 사유를 해결하고 다시 계획합니다",
    ),
    (
        "SG-M370",
        "{services}: {env} 환경에서 아직 옮기지 않은 다른 서비스를 호출하지 않습니다",
        "`segue migrate explain {services} --plan DIR`로 확인합니다",
    ),
    (
        "SG-M371",
        "{services}: 웨이브 {wave}에서 먼저 옮기는 {callees}을(를) 호출합니다",
        "`segue migrate explain {services} --plan DIR`로 확인합니다",
    ),
    (
        "SG-M374",
        "{env} 환경의 {service}: 차단 항목이 남아 있어 웨이브에 없습니다 ({list})",
        "`segue migrate explain {service} --plan DIR`로 확인해 고치고 다시 계획합니다",
    ),
    (
        "SG-M375",
        "{env} 환경의 {service}: 먼저 옮겨야 할 {earlier} 환경에서 보류되어 기다립니다",
        "{earlier} 환경의 {service} 보류 사유를 먼저 해결합니다",
    ),
    (
        "SG-M376",
        "{env} 환경의 {service}: ECS에서만 찾을 수 있는 이름으로 {callee}을(를) 호출하는데 {callee}이(가) 보류되어 기다립니다",
        "로드 밸런서 뒤의 {callee} 호스트 이름을 {service}에 주거나 {callee}의 보류 사유를 먼저 해결합니다",
    ),
    (
        "SG-M377",
        "{env} 환경에서 {services}이(가) 서로 순환 호출합니다. {cut} 호출이 없어지지 않는 한 함께 옮깁니다",
        "{cut} 호출이 필요한지 확인합니다. 순환 중 근거가 가장 약한 호출입니다",
    ),
    (
        "SG-M378",
        "{env} 환경의 {service}: {foreign} 환경의 {what}을(를) 사용합니다",
        "{env} 환경의 {service}에 {what}이(가) 정말 필요한지 확인하고, 고치거나 예외로 등록합니다",
    ),
    (
        "SG-M379",
        "{env} 환경 {service}의 ECS 쪽은 {callers}을(를) 옮길 때까지 유지해야 합니다. ECS에서만 찾을 수 있는 이름으로 호출합니다",
        "{callers}을(를) 옮길 때까지 {service}의 ECS 서비스를 같은 크기로 유지합니다",
    ),
    (
        "SG-M380",
        "{env} 환경의 {services}이(가) 한 타깃 그룹에 함께 등록됩니다",
        "{services}마다 타깃 그룹과 규칙을 따로 만들거나 함께 옮깁니다",
    ),
    (
        "SG-M381",
        "{env} 환경의 {service}: {callee}와(과) 같은 타깃 그룹을 쓰는데 {callee}이(가) 보류되어 기다립니다",
        "{service}에 타깃 그룹과 규칙을 따로 주거나 {callee}의 보류 사유를 먼저 해결합니다",
    ),
    (
        "SG-M389",
        "`{finding}` 예외에 해당하는 항목이 계획에 없습니다{nearest}",
        "항목이 없어졌으면 예외를 지우고, 아니면 id를 고칩니다",
    ),
    (
        "SG-M390",
        "{name}의 {finding} 예외가 {date}에 끝나 다시 열렸습니다",
        "항목을 해결하거나 {name}이(가) 다시 정해 새 날짜를 적습니다",
    ),
    (
        "SG-M391",
        "{finding}: 예외로 둘 수 없습니다. 고치기 전에는 아무것도 만들 수 없습니다",
        "`segue help {code}` 내용을 보고 고칩니다",
    ),
    (
        "SG-M340",
        "{request} 요청은 지금 {rule}에 따라 {before}(으)로 처리되지만 Ingress({other})에서는 {after}(으)로 처리됩니다",
        "{service}의 Ingress를 적용하기 전에 패치나 {rule}을(를) 고칩니다. 그때까지는 기존 로드 밸런서에서 결정합니다",
    ),
    (
        "SG-M341",
        "{service} 앞의 리스너 {listener}을(를) 다시 만드는 Ingress가 없습니다",
        "{service}의 기존 로드 밸런서를 유지하거나 {listener}용 Ingress를 작성합니다",
    ),
    (
        "SG-M402",
        "{region} 가격이 없어 모든 금액을 {used} 가격으로 계산했습니다",
        "{region} 가격 파일을 작성하고 다시 계획합니다",
    ),
    (
        "SG-M403",
        "{date} 기준 {region} 가격은 AWS 공식 가격과 대조하지 않았습니다",
        "{region} 가격을 청구서나 AWS 가격표와 비교하고 `verified: true` 가격 파일을 줍니다",
    ),
    (
        "SG-M404",
        "서비스가 여러 리전({list})에서 실행되지만 모두 {region} 가격으로 계산했습니다",
        "금액이 중요하면 리전마다 따로 스냅샷을 받아 계획합니다",
    ),
    (
        "SG-M405",
        "Kubernetes 비용이 더 큽니다: 월 {before} 대신 {after} {currency}. {driver}",
        "비용이 아닌 이유로 옮기거나 태스크가 {tasks}개쯤 될 때까지 기다립니다. 세부 내역은 `plan/plan.json`의 `cost`에 있습니다",
    ),
    (
        "SG-M406",
        "Kubernetes와 ECS의 비용이 비슷합니다: 월 {before} 대 {after} {currency}",
        "비용만 보고 옮기지 않습니다. `plan/plan.json`의 `cost`에서 최소와 최대를 확인합니다",
    ),
    (
        "SG-M407",
        "월 절감액 {saving} {currency} 중 {ecs}은(는) Kubernetes 없이도 가능합니다: Fargate 크기 축소와 로드 밸런서 공유",
        "절감을 미루지 않으려면 지금 ECS에서 작은 크기(`plan/plan.json`의 `fargateSize`)를 적용합니다",
    ),
    (
        "SG-M408",
        "실행 중인 서비스 {total}개 중 {count}개는 사용량이 14일 미만이라 크기를 유지하고 절감액을 계산하지 않았습니다: {list}",
        "{list}에 Container Insights를 켜고 14일 뒤 다시 스캔하고 계획합니다",
    ),
    (
        "SG-M409",
        "사용량을 {minutes}분 간격으로 읽어 그보다 짧은 피크는 최댓값에만 나타납니다",
        "CPU를 줄이기 전에 5분 간격으로 다시 스캔합니다",
    ),
    (
        "SG-M410",
        "{env} 환경 {service}의 태스크 하나가 CPU {size} 중 {max}을(를) 쓰는데 평균은 {average}입니다",
        "{service} 크기를 줄이기 전에 그 태스크에서 무엇을 하는지(잠금, cron 스레드, 고정 세션) 확인합니다",
    ),
    (
        "SG-M411",
        "{env} 환경 {service}의 메모리가 {old}에서 {new}(으)로 줄어듭니다. {runtime} 힙 크기가 이 제한을 따르거나 따로 정해져 있습니다",
        "{service}의 힙을 {new}에 맞추고(-XX:MaxRAMPercentage, -Xmx, --max-old-space-size) 따로 줄입니다",
    ),
    (
        "SG-M412",
        "{env} 환경 {service}의 태스크가 메모리 {size} 중 {max}까지 썼습니다",
        "옮기기 전에 {service}의 메모리를 늘립니다. 클러스터의 제한도 ECS처럼 엄격합니다",
    ),
    (
        "SG-M413",
        "{env} 환경 {service}의 크기가 적혀 있지 않아 {assumed}(으)로 계산했습니다",
        "{service}의 태스크 정의에 cpu와 memory를 적고 다시 계획합니다",
    ),
    (
        "SG-M414",
        "{list}: {region} 가격이 없어 비용에서 빠졌습니다",
        "가격 파일에 {list}을(를) 추가하고 다시 계획합니다",
    ),
    (
        "SG-M415",
        "{env} 환경 {service} 파드({size})가 들어갈 노드 유형이 없어 이전 후 비용에서 빠졌습니다",
        "{service} 전용 노드 유형을 정하고 비용을 직접 더합니다",
    ),
    (
        "SG-M416",
        "예약 태스크의 실행 시간을 알 수 없어 {list}은(는) 비용에 없습니다. 모두 한 시간 실행하면 Fargate에서 {hour} {currency}입니다",
        "{list} 로그에서 실행 시간을 확인합니다. 비교하는 양쪽에서 똑같이 빠져 있습니다",
    ),
    (
        "SG-M417",
        "{list}에 공인 주소가 있습니다(태스크 {count}개). 파드는 NAT 게이트웨이로 나가며 그 트래픽은 계산하지 않았습니다",
        "노드 서브넷에 NAT 게이트웨이나 엔드포인트가 있는지, {list}에서 얼마나 내보내는지 확인합니다",
    ),
    (
        "SG-M418",
        "{list}은(는) 일부를 Fargate Spot에서 실행합니다(태스크 {count}개). 이전 후는 온디맨드 노드로 계산했습니다",
        "{list}용 NodePool에 Spot을 허용하면 이전 후 비용이 줄어듭니다",
    ),
    (
        "SG-M419",
        "태스크 정의 {count}개는 서비스 정보가 없어 태스크 하나로 계산했습니다",
        "계정을 스캔하거나 서비스 파일을 함께 주고 다시 계획합니다",
    ),
    (
        "SG-M420",
        "{cluster}의 컨테이너 인스턴스를 읽지 못해 {list}의 현재 비용이 빠졌습니다",
        "ecs:DescribeContainerInstances 권한을 주고 다시 스캔합니다",
    ),
    (
        "SG-M421",
        "약정 {name}(시간당 {amount} {currency}, {until}까지)의 적용 대상 {covers}이(가) 이전 후 쓰이지 않게 됩니다",
        "{until}까지 노드에서 {name}의 인스턴스 패밀리를 쓰거나 해당 서비스를 나중에 옮깁니다",
    ),
    (
        "SG-M422",
        "로드 밸런서 {count}개를 {left}개로 줄일 수 있습니다: 월 {amount} {currency}, Kubernetes와 무관합니다",
        "한 환경의 서비스를 모두 옮긴 뒤 호스트 이름으로 공유합니다. 첫 웨이브에서는 유지합니다",
    ),
    (
        "SG-M423",
        "월 {before} {currency} 중 {amount}은(는) 컨테이너 인스턴스 비용입니다. 줄어드는 금액 일부는 Kubernetes 없이도 가능합니다",
        "절감을 미루지 않으려면 ECS의 Auto Scaling 그룹을 관리형 스케일링으로 둡니다",
    ),
    (
        "SG-M424",
        "{env} 환경의 {service}: 메모리를 {request} 요청하고 p95 기준 {used}을(를) 씁니다. 비어 보이는 노드도 실제로는 차 있습니다",
        "옮기기 전에 {service}의 memoryReservation을 실제 사용량만큼 올립니다",
    ),
];
