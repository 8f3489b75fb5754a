//! The texts of a crossing, in the console and in the ledger. Rows as in `messages`.

use super::messages::messages;

messages! { Live;
    // How a shift stands.
    fate_planned: "not begun", "시작 전";
    fate_running: "on its way", "진행 중";
    fate_paused: "paused", "일시 정지";
    fate_waiting: "waits for a person", "사람을 기다림";
    fate_rolling_back: "on its way back", "되돌리는 중";
    fate_done: "across", "완료";
    fate_rolled_back: "back on the old side", "기존 쪽으로 되돌림";
    fate_frozen: "stands still", "멈춤";
    // Sides and shares.
    side_old: "old", "기존";
    side_new: "new", "신규";
    share_title: "Share of requests", "요청 비율";
    share_alt: "Share of the new side over time: now {share} %", "시간에 따른 신규 쪽 비율: 현재 {share} %";
    share_none: "No request has been counted yet", "아직 집계한 요청이 없습니다";
    as_table: "show as table", "표로 보기";
    time: "Time", "시각";
    elapsed: "After", "경과";
    asked: "Asked", "지정";
    stated: "Stated", "반영";
    measured: "Measured", "실측";
    // The ledger's head.
    ledger: "Proof ledger", "전환 장부";
    ledger_done: "{service} has crossed: {sent} requests sent, none lost", "{service} 전환 완료: 요청 {sent}건, 유실 0건";
    ledger_done_lost: "{service} has crossed, and {lost} of {sent} requests were lost", "{service} 전환 완료: 요청 {sent}건 중 {lost}건 유실";
    ledger_back: "{service} is back on the old side: {sent} requests sent, none lost", "{service}을(를) 기존 쪽으로 되돌림: 요청 {sent}건, 유실 0건";
    ledger_back_lost: "{service} is back on the old side, and {lost} of {sent} requests were lost", "{service}을(를) 기존 쪽으로 되돌림: 요청 {sent}건 중 {lost}건 유실";
    ledger_other: "{service}: {fate}; {lost} of {sent} requests were lost", "{service}: {fate}, 요청 {sent}건 중 {lost}건 유실";
    ledger_from: "Shift {shift}, environment {env}, {from} to {to} UTC", "전환 {shift}, {env} 환경, {from}~{to} UTC";
    ledger_who: "{author} answered for it. Agreed to the removal of the old side: {approved}.", "책임자 {author}. 기존 쪽 제거 동의: {approved}.";
    nobody: "nobody", "없음";
    crossing_topic: "Crossing", "전환 과정";
    crossing_head: "How the requests moved from one side to the other", "요청이 어떻게 옮겨 갔는가";
    requests_topic: "Requests", "요청";
    requests_head_whole: "Two accounts of the same requests, and they agree", "같은 요청에 대한 두 기록이 서로 맞습니다";
    requests_head_not: "Two accounts of the same requests, and where they differ", "같은 요청에 대한 두 기록과 그 차이";
    requests_intro: "The prober sent requests through the balancer and wrote down the end of each. The balancer counted by itself. What it passed on beyond that went to other clients.",
        "프로버는 로드 밸런서를 거쳐 요청을 보내고 각 요청의 결과를 기록했습니다. 로드 밸런서는 따로 집계했습니다. 나머지는 다른 클라이언트의 요청입니다.";
    requests_sent: "The prober sent {sent}: {old} answered by the old side, {new} by the new side, {failed} answered with a 5xx, {lost} lost.",
        "프로버가 보낸 요청 {sent}건: 기존 쪽 응답 {old}건, 신규 쪽 응답 {new}건, 5xx 응답 {failed}건, 유실 {lost}건.";
    col_side: "Side", "쪽";
    col_balancer: "Balancer passed on", "로드 밸런서 전달";
    col_prober: "Prober got", "프로버 수신";
    col_others: "Other clients", "다른 클라이언트";
    col_missing: "Missing", "누락";
    col_refused: "502, 503, 504 of its own", "자체 502, 503, 504";
    col_half: "Half within", "중앙값";
    col_most: "99 % within", "99 % 이내";
    lost_head: "Lost requests", "유실된 요청";
    col_id: "Id", "식별자";
    col_cause: "Cause", "원인";
    steps_topic: "Steps", "단계";
    steps_head: "Each change of the weights, and what it rests on", "가중치 변경과 그 근거";
    col_step: "New side", "신규 쪽";
    col_asked: "Asked", "요청";
    col_landed: "Stated after", "반영까지";
    col_converged: "Agreed after", "일치까지";
    col_ticks: "Ticks", "틱";
    col_counted: "Requests old, new", "요청(기존, 신규)";
    col_bad: "Bad old, new", "실패(기존, 신규)";
    col_why: "Why", "이유";
    gates_topic: "Gates", "조건";
    gates_head: "What had to hold, as it was at the end", "지켜야 했던 조건과 마지막 측정값";
    gates_title: "What must hold", "지켜야 할 조건";
    col_gate: "Gate", "조건";
    col_measured: "Measured", "측정값";
    col_limit: "Limit", "기준";
    col_evidence: "Evidence", "증거";
    people_topic: "Who", "누가";
    people_head: "Who did what, and why", "누가 무엇을 왜 했는가";
    col_who: "Who", "누가";
    col_what: "What", "무엇을";
    seal_topic: "Seal", "서명";
    seal_head: "How to check that not a byte was changed", "한 바이트도 바뀌지 않았는지 확인하는 방법";
    seal_intro: "This page and the data in it are signed. The check needs the public key of those who ran the shift, by another way than this page.",
        "이 페이지와 그 안의 데이터는 서명되어 있습니다. 확인하려면 전환을 실행한 쪽의 공개 키를 이 페이지가 아닌 다른 경로로 받아야 합니다.";
    seal_key: "Public key", "공개 키";
    seal_journal: "Journal", "저널";
    seal_journal_said: "{n} records, SHA-256", "기록 {n}건, SHA-256";
    seal_tool: "Written by {tool} on {when} UTC", "{tool}, {when} UTC 작성";
    // Phases, and what people say.
    phase_preflight: "checks before the start", "사전 점검";
    phase_provision: "copies for both sides", "양쪽 복제본 준비";
    phase_warm: "the new side gets healthy", "신규 쪽 예열";
    phase_rehearse: "drills", "훈련";
    phase_stepping: "step by step", "단계 진행";
    phase_hold: "held at the end", "마지막 유지";
    phase_hand_over: "jobs change hands", "작업 인계";
    phase_drain: "the old side falls silent", "기존 쪽 비우기";
    phase_approve: "waits for a second person", "두 번째 사람 대기";
    phase_decommission: "the old side is removed", "기존 쪽 제거";
    phase_rolling_back: "everything goes back", "되돌리기";
    said_pause: "paused it", "일시 정지";
    said_resume: "resumed it", "재개";
    said_promote: "promoted it", "진행";
    said_abort: "aborted it", "중단";
    said_approve: "agreed that the old side goes", "기존 쪽 제거 동의";
    engine_opened: "an engine took it over", "엔진 인수";
    // Gates.
    gate_errors: "errors", "오류";
    gate_latency: "latency", "지연";
    gate_targets: "targets", "타깃";
    gate_requests: "requests", "요청";
    gate_weights: "weights", "가중치";
    standing_passed: "passed", "통과";
    standing_now: "now", "현재";
    standing_ahead: "not yet", "예정";
    standing_holds: "holds", "대기";
    standing_failed: "failed", "실패";
    standing_unknown: "not measured", "측정 전";
}
