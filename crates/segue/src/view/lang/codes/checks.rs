//! Codes of calls that a scan could not make, and of the checks of what was made.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "SG-A030",
        "{account} 계정 {region}에서 {operation} 호출 권한이 없어 계획에 다음 내용이 빠져 있습니다: {missing}",
        "{actions} 권한을 추가하고 다시 스캔합니다. 전체 권한은 `segue migrate iam-policy`로 출력합니다",
    ),
    (
        "SG-A031",
        "{account} 계정 {region}에서 {operation} 호출 권한이 없어 계획에 다음 내용이 빠져 있습니다: {missing}",
        "{actions} 권한을 추가하고 다시 스캔합니다. 전체 권한은 `segue migrate iam-policy`로 출력합니다",
    ),
    (
        "SG-A032",
        "{account} 계정 {region}에서 {operation} 호출 {calls}건에 응답을 받지 못해({cause}) 계획에 다음 내용이 빠져 있습니다: {missing}",
        "다시 스캔합니다. 반복되면 AWS에서 응답한 메시지를 확인합니다",
    ),
    (
        "SG-M342",
        "{service}의 파드로 가는 경로가 지금 태스크로 가는 경로와 다릅니다: {what}",
        "계획이 서로 모순됩니다. `segue migrate explain {service}` 결과와 함께 알려 주세요",
    ),
    (
        "SG-M346",
        "{object}: {what}",
        "한 오버레이의 객체는 서로 맞아야 합니다. `segue migrate explain {service}` 결과와 함께 알려 주세요",
    ),
    (
        "SG-M350",
        "{object}의 이미지 버전이 고정되어 있지 않습니다: {what}",
        "지금 실행 중인 다이제스트로 고정합니다. `segue migrate scan`이 {service}의 실행 중인 태스크에서 읽습니다",
    ),
    (
        "SG-M351",
        "{object}의 크기가 정해져 있지 않습니다: {what}",
        "{service}의 패치에 최대 사용량을 기준으로 요청량과 제한을 적습니다",
    ),
    (
        "SG-M352",
        "{object}이(가) root로 실행될 수 있습니다: {what}",
        "{service}의 이미지에 전용 사용자를 두거나 plan/waivers.yaml에 예외로 등록합니다",
    ),
    (
        "SG-M353",
        "{object}에 restricted 수준에서 막는 권한이 남아 있습니다: {what}",
        "{service}에 필요 없는 권한을 빼거나 plan/waivers.yaml에 예외로 등록합니다",
    ),
    (
        "SG-M354",
        "{object}에서 노드에 직접 접근합니다: {what}",
        "{service}에 노드 접근이 정말 필요한지 확인합니다. 이런 마운트는 대부분 DaemonSet으로 대체되는 에이전트용입니다",
    ),
    (
        "SG-M355",
        "{object}에 replicas가 지정되어 있는데 {what}에서도 정합니다",
        "오토스케일러가 있으면 replicas를 적지 않아야 합니다. `segue migrate explain {service}` 결과와 함께 알려 주세요",
    ),
];
