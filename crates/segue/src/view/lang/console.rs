//! The texts of the console. Rows as in `messages`.

use super::messages::messages;

messages! { Words;
    // The frame.
    nav_home: "Home", "홈";
    nav_shifts: "Shifts", "전환";
    nav_migrate: "Migration", "이전 계획";
    nav_rehearse: "Rehearsals", "리허설";
    nav_log: "Activity", "활동";
    nav_label: "Pages", "페이지";
    skip: "Skip to the content", "본문으로 건너뛰기";
    theme_light: "light", "밝게";
    theme_dark: "dark", "어둡게";
    theme_label: "Look", "화면";
    lang_label: "Language", "언어";
    live_on: "live", "실시간";
    live_off: "not live: connecting again", "연결 끊김, 다시 연결 중";
    live_none: "loaded again every 5 s", "5초마다 새로 고침";
    keys: "Keys", "단축키";
    keys_help: "List of keys", "단축키 목록";
    key_home: "Home", "홈";
    key_shifts: "Shifts", "전환";
    key_migrate: "Migration", "이전 계획";
    key_rehearse: "Rehearsals", "리허설";
    key_log: "Activity", "활동";
    key_pause: "Pause or resume this shift", "이 전환 일시 정지 또는 재개";
    key_abort: "Abort this shift", "이 전환 중단";
    key_table: "Show charts as tables", "차트를 표로 보기";
    key_close: "Close", "닫기";
    close: "Close", "닫기";
    copy: "Copy as command", "명령으로 복사";
    copied: "copied", "복사됨";
    you: "you are {name}", "사용자 {name}";
    // Home.
    home_title: "What needs me?", "무엇을 해야 하나?";
    home_nothing: "Nothing waits for a person, and nothing moves.", "기다리는 일도, 움직이는 것도 없습니다.";
    home_waiting: "Waits for a person", "사람을 기다림";
    home_moving: "Moving now", "진행 중";
    home_failed: "Back on the old side", "기존 쪽으로 되돌림";
    home_held: "Not done, and why", "하지 않은 일과 이유";
    home_quiet: "Quiet", "조용함";
    home_counts: "{done} across, {planned} not begun, {ready} of {wanted} copies ready", "완료 {done}건, 시작 전 {planned}건, 복제본 {ready}/{wanted} 준비";
    home_world: "{repository}, world {world}, served since {since} UTC", "{repository}, 환경 {world}, {since} UTC부터 실행";
    home_workloads: "What runs here", "여기서 실행 중";
    col_workload: "Workload", "워크로드";
    col_ready: "Ready", "준비";
    col_restarts: "Restarts", "재시작";
    // Shifts.
    shifts_title: "Shifts", "전환";
    shifts_none: "No shift is known. A shift is a file of kind Shift in the repository.", "알려진 전환이 없습니다. 전환은 저장소에 있는 Shift 종류의 파일입니다.";
    col_shift: "Shift", "전환";
    col_service: "Service", "서비스";
    col_environment: "Environment", "환경";
    col_fate: "State", "상태";
    col_share: "New side", "신규 쪽";
    col_next: "Next", "다음";
    // A shift.
    shift_title: "{name}: may we go on?", "{name}: 계속해도 되나?";
    shift_step: "step {n} of {of}", "{of}단계 중 {n}단계";
    shift_since: "for {length}", "{length} 동안";
    next_title: "Next decision", "다음 결정";
    next_at: "at {time} UTC at the earliest", "빨라야 {time} UTC";
    next_none: "Nothing is to be decided.", "결정할 것이 없습니다.";
    if_fails: "If it fails: {old} 100 %, within {seconds} s", "실패하면 {seconds}초 안에 {old} 100 %";
    weights_title: "The share of the new side, three times", "신규 쪽 비율, 세 가지 측정";
    weight_asked: "asked", "지정";
    weight_stated: "stated by the balancer", "로드 밸런서 반영";
    weight_measured: "measured", "실측";
    not_yet: "not yet", "아직 없음";
    banks_title: "The two sides", "양쪽";
    bank_group: "Target group", "타깃 그룹";
    bank_fleet: "Runs on", "실행 위치";
    bank_healthy: "Healthy targets", "정상 타깃";
    bank_rps: "Requests a second", "초당 요청";
    bank_errors: "Bad requests", "실패한 요청";
    bank_half: "Half within", "중앙값";
    bank_p95: "95 % within", "95 % 이내";
    bank_p99: "99 % within", "99 % 이내";
    bank_requests: "Requests so far", "누적 요청";
    probes_title: "Prober", "프로버";
    probes_said: "{sent} sent, {old} answered by the old side, {new} by the new side, {failed} with a 5xx, {lost} lost", "보냄 {sent}건, 기존 쪽 응답 {old}건, 신규 쪽 응답 {new}건, 5xx {failed}건, 유실 {lost}건";
    probes_none: "No prober runs.", "프로버가 없습니다.";
    gates_none: "Nothing was measured yet.", "아직 측정한 것이 없습니다.";
    trend: "Trend", "추세";
    trend_of: "{gate} of the new side, {from} to {to}", "신규 쪽 {gate}, {from}~{to}";
    steps_title: "Steps", "단계";
    step_ticks: "{tick} of {ticks} ticks", "틱 {tick}/{ticks}";
    step_requests: "{seen} of {wanted} requests", "요청 {seen}/{wanted}건";
    why_title: "Why {share} %?", "왜 {share} %인가?";
    why_held: "What holds it", "멈춘 이유";
    why_more: "All about why", "이유 모두 보기";
    history_title: "What happened", "있었던 일";
    history_none: "Nothing has happened yet.", "아직 아무 일도 없었습니다.";
    // Deeds.
    deed_start: "Start", "시작";
    deed_pause: "Pause", "일시 정지";
    deed_resume: "Resume", "재개";
    deed_promote: "Promote", "진행";
    deed_abort: "Abort", "중단";
    deed_approve: "Approve", "동의";
    deed_adopt: "Adopt", "인수";
    deeds_label: "What can be done", "할 수 있는 일";
    ask_start: "Start {name}?", "{name}을(를) 시작할까요?";
    ask_pause: "Pause {name}?", "{name}을(를) 일시 정지할까요?";
    ask_resume: "Resume {name}?", "{name}을(를) 재개할까요?";
    ask_promote: "Promote {name} to its next step?", "{name}을(를) 다음 단계로 진행할까요?";
    ask_abort: "Abort {name} and send everything back?", "{name}을(를) 중단하고 전부 되돌릴까요?";
    ask_approve: "Agree that the old side of {name} goes?", "{name}의 기존 쪽 제거에 동의할까요?";
    ask_adopt: "Adopt what another writer left of {name}?", "다른 쪽이 바꾼 {name}을(를) 인수할까요?";
    then_start: "The checks run first. Then requests move to {new} in steps of {steps} %. Each step is watched, and trouble sends everything back.",
        "먼저 점검합니다. 그다음 {steps} % 단계로 요청을 {new}(으)로 옮깁니다. 단계마다 관찰하고 문제가 생기면 전부 되돌립니다.";
    then_pause: "The share stays at {share} %. No step up until somebody resumes. The guard goes on: trouble still sends everything back.",
        "비율은 {share} %에 머뭅니다. 재개할 때까지 올리지 않습니다. 감시는 계속되어 문제가 생기면 전부 되돌립니다.";
    then_resume: "Steps up go on from {share} %.", "{share} %부터 다시 올립니다.";
    then_promote: "The step at {share} % needs no more ticks. All other gates still hold. Your name stands in the ledger.",
        "{share} % 단계의 남은 틱을 건너뜁니다. 다른 조건은 그대로 지켜야 합니다. 이름이 장부에 남습니다.";
    then_abort: "All requests go back to {old} in one order: {share} % → 0 %. That takes some {seconds} s. The shift ends; it can be started again.",
        "모든 요청을 명령 한 번으로 {old}(으)로 되돌립니다: {share} % → 0 %. {seconds}초쯤 걸립니다. 전환은 끝나며, 나중에 다시 시작할 수 있습니다.";
    then_approve: "The old side {old} may be removed. From there on nothing goes back by a weight. Two people decide it; you are the second.",
        "기존 쪽 {old}을(를) 제거할 수 있게 됩니다. 그 뒤로는 가중치로 되돌릴 수 없습니다. 두 사람이 결정하며, 두 번째 사람이 당신입니다.";
    then_adopt: "The weights that another writer left, {share} % as stated now, become those of the shift, which goes on from there.",
        "다른 쪽이 남긴 가중치, 현재 반영된 {share} %를 이 전환의 값으로 삼고 거기서 계속합니다.";
    gates_against: "A gate does not pass: {gates}.", "통과하지 못한 조건: {gates}.";
    type_name: "Type {name} to go on all the same", "그래도 진행하려면 {name}을(를) 입력하세요";
    cancel: "Do nothing", "취소";
    as_who: "In the name of {name}.", "{name} 이름으로 실행합니다.";
    said: "{deed}: written to the journal.", "{deed}: 저널에 기록했습니다.";
    no_ended: "the shift has ended", "이미 끝난 전환";
    no_running: "the shift is on its way", "이미 진행 중";
    no_planned: "the shift has not begun", "아직 시작 전";
    no_back: "everything is on its way back", "이미 되돌리는 중";
    no_frozen: "the shift stands still; it is adopted or mended first", "멈춘 전환, 인수하거나 고쳐야 함";
    no_not_frozen: "only a shift that stands still is adopted", "멈춘 전환만 인수 가능";
    no_return: "the old side is being removed", "기존 쪽 제거 중";
    no_step: "no step is being held", "유지 중인 단계 없음";
    no_paused: "the shift is paused", "일시 정지 중";
    no_not_paused: "the shift is not paused", "일시 정지 상태가 아님";
    no_early: "the new side does not answer everything yet", "신규 쪽이 아직 모두 응답하지 않음";
    no_author: "somebody else than its author ({author}) has to agree", "작성자({author})가 아닌 사람이 동의해야 함";
    no_twice: "you have agreed", "이미 동의함";
    // Why.
    why_page: "Why is it so?", "왜 그런가?";
    why_refs: "Everything with a reason", "이유가 있는 것들";
    why_code: "What the code means", "코드의 뜻";
    why_changes: "What would change it", "바뀌려면";
    why_evidence: "Evidence", "증거";
    why_nothing: "Nothing holds it.", "멈춘 이유가 없습니다.";
    // Activity.
    log_title: "Who did what?", "누가 무엇을 했나?";
    log_none: "Nothing was done yet.", "아직 한 일이 없습니다.";
    log_about: "About", "대상";
    log_filter: "Show only", "골라 보기";
    log_all: "all", "전체";
    log_apply: "Show", "보기";
    log_export: "As JSON", "JSON으로";
    // Migration.
    migrate_title: "Where are we?", "어디까지 왔나?";
    migrate_none: "There is no plan: {cause}", "계획이 없습니다: {cause}";
    migrate_report: "The whole report", "전체 보고서";
    migrate_lead: "{services} services in {environments} environments, {waves} waves. {across} shifts are across, {moving} on their way.", "서비스 {services}개, 환경 {environments}개, 웨이브 {waves}개. 전환 완료 {across}건, 진행 중 {moving}건.";
    migrate_wave: "Wave", "웨이브";
    // Rehearsals.
    rehearse_title: "Would it work?", "잘될까?";
    rehearse_none: "No rehearsal is saved. Save one into {folder}:", "저장한 리허설이 없습니다. {folder}에 저장합니다:";
    rehearse_twin: "Twin: nothing here is real", "트윈: 실제 환경이 아닙니다";
    rehearse_at: "At {time} of {end}", "{end} 중 {time}";
    rehearse_moment: "Moment", "시점";
    rehearse_show: "Show", "보기";
    rehearse_checks: "{broken} of {checks} invariants broken, {sent} requests, {lost} of them lost by Segue", "불변식 {checks}개 중 위반 {broken}건, 요청 {sent}건, Segue 때문에 유실 {lost}건";
    rehearse_until: "What had happened by then", "그때까지 있었던 일";
    rehearse_more: "{n} earlier lines", "이전 {n}줄";
    rehearse_failed: "This rehearsal cannot be played: {cause}", "이 리허설을 재생할 수 없습니다: {cause}";
    // Login.
    login_title: "Log in", "로그인";
    login_intro: "This console asks for its token. It lies in the state folder, in the file console-token.", "이 콘솔은 토큰을 요구합니다. 상태 폴더의 console-token 파일에 있습니다.";
    login_name: "Your name, for the journal", "이름(저널에 기록)";
    login_token: "Token", "토큰";
    login_enter: "Log in", "로그인";
    trouble_title: "That did not work", "처리하지 못했습니다";
    trouble_next: "What to do", "할 일";
}
