//! The texts of a page, one row a text: key, English, Korean.
//!
//! A row cannot lack a language: the table would not compile. `{facts}` are filled by
//! `lang::fill`; in Korean, a particle in two forms after a fact, such as `은(는)`, becomes the one
//! that fits.

/// Declares a table of texts in both languages.
macro_rules! messages {
    ($table:ident; $($key:ident: $en:literal, $ko:literal;)*) => {
        /// The texts of a page in one language.
        #[derive(Debug)]
        pub(crate) struct $table { $(pub(crate) $key: &'static str,)* }
        /// English.
        pub(super) static EN: $table = $table { $($key: $en,)* };
        /// Korean.
        pub(super) static KO: $table = $table { $($key: $ko,)* };
        impl $table {
            /// Every key with its text.
            #[cfg(test)]
            pub(super) fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key),)*]
            }
        }
    };
}

pub(super) use messages;

messages! { Messages;
    // Head.
    report: "From ECS to Kubernetes", "ECS에서 Kubernetes로";
    contents: "Contents", "목차";
    made_by: "Made by {tool} from the plan of {source}. Figures and sentences come from plan/plan.json and plan/findings.json beside it.",
        "{source} 계획으로 {tool}에서 만들었습니다. 숫자와 문장의 근거는 plan/plan.json과 plan/findings.json에 있습니다.";
    from_aws: "account {accounts}, {regions}, scanned {day}", "계정 {accounts}, {regions}, {day} 스캔";
    from_files: "files", "파일";
    title_none: "There is nothing to move", "옮길 서비스가 없습니다";
    title_one: "The one workload can move to Kubernetes", "워크로드 하나를 Kubernetes로 옮길 수 있습니다";
    title_all: "All {n} workloads can move to Kubernetes", "워크로드 {n}개 모두 Kubernetes로 옮길 수 있습니다";
    title_some: "{n} of {of} workloads can move to Kubernetes; {waiting} wait for an answer", "워크로드 {of}개 중 {n}개를 Kubernetes로 옮길 수 있고, {waiting}개는 결정을 기다립니다";
    lead: "{services} in {envs} run in {from} ECS clusters today. They come into {to}, one an environment, first on ECS and then on Kubernetes, behind weights that can go back at once.",
        "{envs} 환경의 {services}은(는) 지금 ECS 클러스터 {from}개에서 실행됩니다. 환경마다 하나씩 클러스터 {to}개로 모읍니다. 먼저 ECS 안에서, 다음에 Kubernetes로 옮기며, 가중치로 언제든 바로 되돌릴 수 있습니다.";
    lead_files: "{services} in {envs} come into {to} Kubernetes clusters, one an environment.",
        "{envs} 환경의 {services}을(를) 환경마다 하나씩 Kubernetes 클러스터 {to}개로 옮깁니다.";
    minute_topic: "In one minute", "1분 요약";
    minute_head: "What, when, at what price, what can go wrong, and how we go back", "무엇을, 언제, 얼마에, 어떤 위험이 있고, 어떻게 되돌리는가";
    minute_what: "What moves", "대상";
    minute_what_said: "{services}, {workloads} workloads when each environment is counted. Users keep the same names and addresses; load balancers stay where they are until all traffic has moved.",
        "{services}, 환경별로 세면 워크로드 {workloads}개입니다. 사용자에게 보이는 도메인과 주소는 그대로이고, 트래픽을 모두 옮길 때까지 로드 밸런서도 그대로 둡니다.";
    minute_when: "In which order", "순서";
    minute_when_said: "In {waves}, {env} first. What is called moves before what calls it.", "{env}부터 {waves}(으)로 나누어 옮깁니다. 호출받는 서비스를 호출하는 서비스보다 먼저 옮깁니다.";
    minute_money: "What it costs", "비용";
    minute_wrong: "What can go wrong", "위험";
    minute_wrong_said: "{blockers} findings stop a service until they are answered. {high} findings of {kinds} kinds change behaviour or can cause an outage if nobody acts; sections below say who does what.",
        "답을 정할 때까지 서비스를 옮길 수 없는 항목이 {blockers}건, 조치하지 않으면 동작이 바뀌거나 장애가 날 수 있는 항목이 {kinds}종 {high}건 있습니다. 누가 무엇을 해야 하는지는 아래에 정리했습니다.";
    minute_wrong_no_blocker: "Nothing stops a service. {high} findings of {kinds} kinds change behaviour or can cause an outage if nobody acts; sections below say who does what.",
        "옮길 수 없는 서비스는 없습니다. 조치하지 않으면 동작이 바뀌거나 장애가 날 수 있는 항목이 {kinds}종 {high}건 있습니다. 누가 무엇을 해야 하는지는 아래에 정리했습니다.";
    minute_back: "How we go back", "되돌리기";
    minute_back_said: "Until the old tasks are stopped, one call sets the weight of the old target group to 100 again. Nothing has to be deployed for that.",
        "기존 태스크를 멈추기 전까지는 API 호출 한 번으로 기존 타깃 그룹의 가중치를 100으로 되돌립니다. 다시 배포할 필요가 없습니다.";

    // Words that many sections use.
    service: "Service", "서비스";
    environment: "Environment", "환경";
    workloads: "Workloads", "워크로드";
    wave: "Wave", "웨이브";
    risk: "Risk", "위험도";
    why: "Why", "이유";
    fix: "To do:", "조치:";
    estate: "the whole estate", "전체 환경";
    all_services: "every service", "모든 서비스";
    all_but: "every service but", "다음을 뺀 모든 서비스:";
    accepted: "accepted by {name} until {day}: {reason}", "{name} 승인, {day}까지 예외: {reason}";
    accepted_in: "{envs}: accepted by {name} until {day}: {reason}", "{envs}: {name} 승인, {day}까지 예외: {reason}";
    accepted_topic: "Accepted by the team", "팀에서 예외로 승인한 항목";
    accepted_intro: "These stay as they are until the day named; then they are open again. They stand in plan/waivers.yaml.",
        "정한 날까지 그대로 두기로 한 항목입니다. 기한이 지나면 다시 미해결 항목이 됩니다. 목록은 plan/waivers.yaml에 있습니다.";
    accepted_what: "What", "항목";
    accepted_by: "By", "승인";
    accepted_until: "Until", "기한";
    one_service: "{n} service", "서비스 {n}개";
    many_services: "{n} services", "서비스 {n}개";
    one_cluster: "{n} cluster", "클러스터 {n}개";
    many_clusters: "{n} clusters", "클러스터 {n}개";
    one_namespace: "1 cluster, {n} namespace", "클러스터 1개, 네임스페이스 {n}개";
    many_namespaces: "1 cluster, {n} namespaces", "클러스터 1개, 네임스페이스 {n}개";
    one_task_definition: "{n} task definition", "태스크 정의 {n}개";
    many_task_definitions: "{n} task definitions", "태스크 정의 {n}개";
    one_object: "{n} kind of object", "객체 {n}종";
    many_objects: "{n} kinds of objects", "객체 {n}종";
    one_wave: "{n} wave", "웨이브 {n}개";
    many_waves: "{n} waves", "웨이브 {n}개";
    one_finding: "{n} finding", "{n}건";
    many_findings: "{n} findings", "{n}건";
    one_more: "and {n} more", "외 {n}개";
    many_more: "and {n} more", "외 {n}개";
    one_more_file: "and {n} more in plan/findings.md", "외 {n}건은 plan/findings.md에 있습니다";
    many_more_file: "and {n} more in plan/findings.md", "외 {n}건은 plan/findings.md에 있습니다";
    one_like: "and {n} like it", "외 같은 항목 {n}건";
    many_like: "and {n} like it", "외 같은 항목 {n}건";
    sev_b: "stops the service until somebody answers", "답을 정할 때까지 옮기지 않음";
    sev_h: "behaviour changes, or an outage is possible", "동작이 바뀌거나 장애 가능";
    sev_m: "needs a look", "확인 필요";
    sev_l: "a note", "참고";
    sev_none: "nothing found", "발견된 것 없음";
    not_there: "not in this environment", "이 환경에는 없음";

    // Today and then.
    map_topic: "Today and then", "현재와 이후";
    map_head: "{from} ECS clusters become {to}", "ECS 클러스터 {from}개를 {to}개로 줄입니다";
    map_head_same: "Clusters stay {n}; what runs in them changes", "클러스터 수는 {n}개 그대로이고 실행 방식만 바뀝니다";
    map_head_files: "The services come into clusters of Kubernetes: {to}, one an environment", "서비스를 환경마다 하나씩, Kubernetes 클러스터 {to}개로 옮깁니다";
    map_intro: "Each dot is a service, each box a cluster. A service stands at the same place on both sides: what changes is the boxes. In the new cluster a namespace keeps services apart.",
        "점 하나가 서비스, 상자 하나가 클러스터입니다. 양쪽에서 같은 서비스는 같은 자리에 있고 상자만 달라집니다. 새 클러스터에서는 네임스페이스로 서비스를 나눕니다.";
    map_caption: "Left: ECS as it was scanned. Right: the clusters that the plan writes manifests for. A cross is a service that waits for an answer.",
        "왼쪽은 스캔한 ECS, 오른쪽은 매니페스트를 만든 클러스터입니다. ×는 결정을 기다리는 서비스입니다.";
    map_alt: "Clusters of ECS beside clusters of Kubernetes; the table below has the same figures", "ECS 클러스터와 Kubernetes 클러스터 비교. 같은 숫자가 아래 표에 있습니다";
    map_today: "Today: ECS", "현재: ECS";
    map_then: "Then: Kubernetes", "이후: Kubernetes";
    map_clusters_today: "Today", "현재";
    map_clusters_then: "Clusters then", "이후 클러스터";
    map_namespaces: "Namespaces", "네임스페이스";
    map_waiting: "Waiting", "대기";

    // Matrix.
    matrix_topic: "Each service", "서비스별 현황";
    matrix_head: "{n} of {of} services have something of their own that must be settled before they move", "서비스 {of}개 중 {n}개에 옮기기 전에 따로 해결할 일이 있습니다";
    matrix_intro: "A cell shows the worst finding and how many of that weight there are. A shaded cell has something that most services have not; a plain one has only what most have. The name leads to sentences, evidence and what to do.",
        "칸에는 가장 무거운 항목과 그 건수를 적었습니다. 색을 넣은 칸에는 그 서비스에만 있는 항목이 있고, 색이 없는 칸에는 공통 항목만 있습니다. 이름을 누르면 설명, 근거, 조치가 나옵니다.";
    becomes: "Becomes", "변환 결과";
    waits_for_answer: "waits for an answer", "결정 대기";

    // First stage.
    stage_topic: "First stage", "1단계";
    stage_head: "First within ECS: {moved} services move, and {from} clusters become {to}", "먼저 ECS 안에서: 서비스 {moved}개를 옮겨 클러스터 {from}개를 {to}개로 줄입니다";
    stage_intro: "Before anything becomes a pod, each service gets a second self in the one ECS cluster of its environment, and traffic moves from the one to the other by weights. What is learned there about names, roles and owners is not learned twice.",
        "파드로 바꾸기 전에, 환경마다 하나뿐인 ECS 클러스터에 같은 서비스를 하나 더 만들고 가중치로 트래픽을 옮깁니다. 이름, 역할, 담당을 이 단계에서 정리해 두면 다음 단계가 쉬워집니다.";
    stage_manner: "How it moves", "이동 방식";
    stage_means: "What that means", "의미";
    stage_figures: "{steps} steps: {made} target groups are made, {rules} rules change, {schedules} schedules are pointed at a new cluster, and {person} steps need a person.",
        "총 {steps}단계입니다. 타깃 그룹 {made}개를 만들고 규칙 {rules}개를 바꾸며, 스케줄 {schedules}개의 대상 클러스터를 바꿉니다. 사람이 해야 하는 단계는 {person}개입니다.";
    stage_held: "Not moved in the first stage", "1단계에서 옮기지 않는 서비스";
    manner_weights: "By weights", "가중치";
    manner_weights_means: "Old and new tasks serve side by side behind the load balancer; the way back is one call for each rule.", "로드 밸런서 뒤에서 기존 태스크와 새 태스크를 함께 운영합니다. 되돌릴 때는 규칙마다 호출 한 번이면 됩니다.";
    manner_overlap: "Both for a while", "일시 병행";
    manner_overlap_means: "No load balancer in front: both run for a while, as at each deployment today.", "앞에 로드 밸런서가 없어 잠시 양쪽을 함께 실행합니다. 지금 배포할 때와 같습니다.";
    manner_hand_over: "One after the other", "순차 교체";
    manner_hand_over_means: "Two copies must never run at once, so the old one stops first. There is a gap.", "두 벌을 동시에 실행하면 안 되므로 기존 것을 먼저 멈춥니다. 잠시 공백이 생깁니다.";
    manner_schedules: "Schedules only", "스케줄만";
    manner_schedules_means: "Only schedules start it; they are pointed at the new cluster between two runs.", "스케줄로만 실행되므로, 실행 사이에 스케줄의 대상 클러스터를 바꿉니다.";

    // Waves.
    waves_topic: "Waves", "웨이브";
    waves_head: "{n} workloads move in {waves}", "워크로드 {n}개를 {waves}(으)로 나누어 옮깁니다";
    waves_head_none: "No order of waves was planned", "웨이브 순서가 계획되지 않았습니다";
    waves_intro: "A service moves after what it calls, first in the environment where mistakes are cheap. Services of one wave do not call each other, so they can move at the same time.",
        "호출받는 서비스를 먼저, 실수해도 부담이 적은 환경부터 옮깁니다. 한 웨이브의 서비스는 서로 호출하지 않으므로 동시에 옮길 수 있습니다.";
    waves_caption: "From left to right: what must have ended before. Waves below one another may run side by side. The stronger the colour, the riskier.",
        "왼쪽에서 오른쪽으로 앞 웨이브가 끝나야 시작합니다. 위아래로 놓인 웨이브는 함께 진행할 수 있습니다. 색이 강할수록 위험도가 높습니다.";
    waves_alt: "Waves by environment; the table below has the same", "환경별 웨이브. 같은 내용이 아래 표에 있습니다";
    waves_axis: "order of time, not a calendar: the plan knows what must come first, the team knows the dates →", "달력이 아니라 순서입니다. 날짜는 팀에서 정합니다 →";
    waves_services: "Services", "서비스";
    waves_after: "Starts", "시작 조건";
    waves_at_once: "at once", "바로";
    waves_after_n: "after {n}", "{n} 완료 후";
    waves_held: "In no wave yet", "아직 웨이브에 없는 서비스";
    waves_kept: "ECS side stays for a while", "ECS 쪽을 한동안 유지하는 서비스";
    waves_kept_intro: "These moved, but somebody still calls them by a name that only ECS resolves.", "옮긴 뒤에도 ECS에서만 찾을 수 있는 이름으로 호출하는 서비스가 있습니다.";
    deps_topic: "Dependencies", "의존 관계";
    deps_head: "Most depends on {name}: {n} services call it ({calls} calls in all)", "가장 많이 호출되는 서비스는 {name}: {n}개 서비스에서 호출합니다 (전체 호출 관계 {calls}개)";
    deps_head_none: "No service was seen calling another", "서비스 사이의 호출은 발견되지 않았습니다";
    deps_intro: "Read from host names, Cloud Map and Service Connect names, target groups, queues and secrets in the configuration. What is written in code, and not in configuration, cannot be seen.",
        "설정에 적힌 호스트 이름, Cloud Map과 Service Connect 이름, 타깃 그룹, 큐, 시크릿에서 읽었습니다. 코드에만 있는 의존 관계는 보이지 않습니다.";
    deps_callee: "Is called", "호출받는 서비스";
    deps_callers: "Callers", "호출 수";
    deps_who: "By", "호출하는 서비스";
    deps_shared: "Used by more than one service", "여러 서비스에서 함께 쓰는 자원";
    deps_what: "What", "자원";
    deps_kind: "Kind", "종류";
    deps_foreign: "Into another environment", "다른 환경으로 이어지는 연결";
    deps_foreign_intro: "Separate clusters will not cut these, separate networks will. Each is a mistake or a decision that nobody wrote down.", "클러스터를 나누어도 남지만 네트워크를 나누면 끊깁니다. 실수이거나, 기록되지 않은 결정입니다.";
    deps_cycles: "Circles", "순환 호출";
    deps_cut: "The circle ends if these calls go:", "다음 호출을 없애면 순환이 풀립니다:";
    kind_service: "service", "서비스";
    kind_database: "database", "데이터베이스";
    kind_cache: "cache", "캐시";
    kind_queue: "queue", "큐";
    kind_topic: "topic", "토픽";
    kind_stream: "stream", "스트림";
    kind_bucket: "bucket", "버킷";
    kind_table: "table", "테이블";
    kind_search: "search domain", "검색 도메인";
    kind_file_system: "file system", "파일 시스템";
    kind_secret: "secret", "시크릿";
    kind_schedule: "schedule", "스케줄";
    kind_function: "function", "함수";
    kind_host: "host", "호스트";
    kind_group: "security group", "보안 그룹";
    kind_outside: "outside of the estate", "외부";

    // One request.
    route_topic: "One request", "요청 경로";
    route_head: "How a request of {service} in {env} changes sides", "{env} 환경 {service} 요청의 이동 경로";
    route_intro: "The load balancer stays. Its rule gets a second target group and shares requests between the two by weights. The caller notices nothing: name, address and certificate are the same.",
        "로드 밸런서는 그대로입니다. 규칙에 타깃 그룹을 하나 더 붙이고 가중치로 요청을 나눕니다. 도메인, 주소, 인증서가 같으므로 호출하는 쪽에는 변화가 없습니다.";
    route_caption: "Between the target groups: the share of each side at every step, the old one above, the new one below.", "타깃 그룹 사이의 막대는 단계별 비율입니다. 위가 기존, 아래가 신규입니다.";
    route_alt: "Way of a request through load balancer, rule and both target groups; the table below has the weights", "로드 밸런서, 규칙, 두 타깃 그룹을 지나는 요청 경로. 가중치는 아래 표에 있습니다";
    route_client: "Callers", "호출하는 쪽";
    route_rule: "rule {n}", "리스너 규칙 {n}";
    route_rule_means: "shares by weights", "가중치로 분배";
    route_default: "default", "기본";
    route_old_group: "old target group", "기존 타깃 그룹";
    route_new_group: "new target group", "새 타깃 그룹";
    route_step: "Share of the new side", "신규 비율";
    route_back: "After each step the rule is read again and both sides are watched. If errors rise or targets fall ill, all weight goes back to the old side in one call.",
        "단계마다 규칙을 다시 읽어 확인하고 양쪽을 관찰합니다. 오류가 늘거나 타깃이 비정상이면 호출 한 번으로 모든 가중치를 기존 쪽으로 되돌립니다.";

    // Money.
    money_topic: "Money", "비용";
    money_head: "Today the estate costs about {today} a month ({range} by load), later on Kubernetes about {later} ({later_range}).", "현재 월 비용은 약 {today}(부하에 따라 {range}), Kubernetes로 옮긴 뒤에는 약 {later}({later_range})입니다.";
    money_cheaper: "The same load on tidied ECS would cost {difference} more.", "같은 부하를 정리된 ECS에서 운영하는 것보다 {difference} 적습니다.";
    money_dearer: "The same load on tidied ECS would cost {difference} less: the reason to move is not the bill.", "같은 부하를 정리된 ECS에서 운영하는 것보다 {difference} 많습니다. 비용은 이전의 이유가 되지 않습니다.";
    money_same: "Against tidied ECS that is about the same: most of the difference comes from tidying, not from Kubernetes.", "정리된 ECS와는 비슷합니다. 차이는 대부분 Kubernetes가 아니라 정리에서 나옵니다.";
    money_unknown: "What it costs is not known: nothing that runs could be priced.", "비용을 알 수 없습니다. 가격을 계산할 수 있는 실행 중인 자원이 없습니다.";
    money_none: "The snapshot holds no running tasks, so there is no bill to compare.", "스냅샷에 실행 중인 태스크가 없어 비교할 비용이 없습니다.";
    money_intro: "A month of 730 hours, before tax. Bars begin at zero and show what is expected; the thin line is the range from a quiet month to a busy one.", "730시간 기준 월 비용, 세금 제외입니다. 막대는 0에서 시작하는 예상치이고, 가는 선은 한가한 달부터 바쁜 달까지의 범위입니다.";
    money_caption: "Bills by stage.", "단계별 월 비용.";
    money_alt: "Bills by stage; the table below has the figures", "단계별 월 비용. 숫자는 아래 표에 있습니다";
    money_prices: "Prices of {date} for {region}, in {currency}.", "{date} 기준 {region} 가격, 통화 {currency}.";
    money_unverified: "Nobody has compared these prices with those of AWS yet.", "이 가격은 아직 AWS 공식 가격과 대조하지 않았습니다.";
    stage_today: "Today", "현재";
    stage_ecs_shared: "ECS, shared", "ECS 통합";
    stage_ecs_right: "ECS, right size", "ECS 적정 크기";
    stage_during: "While both run", "병행 기간";
    stage_first: "After the first wave", "1차 이전 후";
    stage_later: "Later", "최종";
    money_what: "Charge", "항목";
    money_total: "Total", "합계";
    charge_fargate: "Fargate", "Fargate 요금";
    charge_spot: "Fargate Spot", "Fargate Spot 요금";
    charge_disk: "Scratch disk of Fargate", "Fargate 임시 디스크";
    charge_instances: "Container instances", "컨테이너 인스턴스";
    charge_control: "EKS control planes", "EKS 컨트롤 플레인";
    charge_nodes: "Nodes", "노드";
    charge_node_disks: "Disks of nodes", "노드 디스크";
    charge_alb: "Load balancers, by the hour", "로드 밸런서 시간 요금";
    charge_lcu: "Load balancers, by use", "로드 밸런서 사용량 요금";
    charge_ip: "Public addresses", "공인 IP 주소";
    money_steps: "What each step saves", "단계별 절감액";
    money_step: "Step", "단계";
    money_saving: "Saves a month", "월 절감액";
    money_between: "Range", "범위";
    money_even: "Kubernetes becomes the cheaper one from {tasks} tasks of this size; {now} run today. Control planes are {percent} % of the new bill.", "이 크기의 태스크 {tasks}개부터 Kubernetes가 더 저렴합니다. 지금은 {now}개를 실행합니다. 새 비용 중 컨트롤 플레인 비중은 {percent} %입니다.";
    money_even_never: "At these sizes a pod costs as much as a task, so no number of tasks makes Kubernetes the cheaper one. Control planes are {percent} % of the new bill.", "이 크기에서는 파드와 태스크의 비용이 같아 태스크 수를 늘려도 Kubernetes가 더 저렴해지지 않습니다. 새 비용 중 컨트롤 플레인 비중은 {percent} %입니다.";
    money_covered: "Measured usage of 14 days stands behind {n} of {of} running workloads; the others keep the sizes that are declared.", "실행 중인 워크로드 {of}개 중 {n}개는 14일 사용량을 근거로 했고, 나머지는 선언된 크기를 그대로 씁니다.";
    money_waste: "Most is paid for nothing here", "낭비가 가장 큰 서비스";
    money_size: "Task", "태스크 크기";
    money_used: "Used (p95)", "사용량 (p95)";
    money_wasted: "Wasted a month", "월 낭비액";
    money_assumptions: "What the range assumes", "범위의 가정";
    money_about: "About", "대상";
    money_low: "Low", "최소";
    money_expected: "Expected", "예상";
    money_high: "High", "최대";
    money_not_counted: "Not counted", "포함하지 않은 것";
    money_sources: "Sources of prices", "가격 출처";

    // Worries.
    worries_topic: "What worries us", "주요 위험";
    worries_head: "The riskiest move is {service} in {env}: {score} of 100", "가장 위험한 이전은 {env} 환경의 {service}: 100점 중 {score}점";
    worries_head_none: "{n} kinds of findings concern single services and could cause an outage", "일부 서비스에서 장애로 이어질 수 있는 항목이 {n}종 있습니다";
    worries_intro: "A risk is a sum of reasons, not a guess: each reason has points, and the same reasons always make the same sum.", "위험도는 추측이 아니라 이유별 점수의 합입니다. 이유가 같으면 점수도 같습니다.";
    worries_from: "Points come from", "점수 구성";
    worries_rare: "Of single services", "일부 서비스의 문제";
    worries_rare_intro: "What only some services have is what surprises. Each with what to do about it.", "일부 서비스에만 있는 문제가 가장 놓치기 쉽습니다. 조치를 함께 적었습니다.";
    part_blockers: "open blockers", "미해결 차단 항목";
    part_high: "findings H", "H 항목";
    part_medium: "findings M", "M 항목";
    part_callers: "callers", "호출하는 서비스";
    part_traffic: "traffic", "트래픽";
    part_files: "files", "파일 보관";
    part_sessions: "sticky sessions", "고정 세션";
    part_single: "a single task", "태스크 하나뿐";
    part_consumer: "takes from a queue", "큐 소비";
    part_schedules: "schedules", "스케줄";
    part_owner: "somebody else writes its listener", "다른 곳에서 리스너 변경";
    part_health: "no health check", "헬스 체크 없음";
    part_drift: "differs between environments", "환경 간 차이";
    part_foreign: "reaches into another environment", "다른 환경 접근";
    part_deployment: "time since deployment", "마지막 배포 시점";

    // What could not be converted.
    lost_topic: "Not converted", "변환하지 못한 것";
    lost_head_one: "One question stops a service until somebody answers", "답을 정해야 옮길 수 있는 질문이 하나 있습니다";
    lost_head: "{n} questions stop a service until somebody answers", "답을 정해야 옮길 수 있는 질문이 {n}개 있습니다";
    lost_head_none: "Nothing stops a service; what changes is listed", "옮길 수 없는 서비스는 없습니다. 달라지는 점을 정리했습니다";
    lost_settings: "{all} settings were read. {exact} are carried over as they are, {approximated} with a difference that is written down, {findings} are told to a person, and {ignored} are state or defaults, each left out with its reason.",
        "설정 {all}개를 읽었습니다. 그대로 옮긴 것이 {exact}개, 차이를 기록하고 옮긴 것이 {approximated}개, 사람이 확인할 것이 {findings}개입니다. 나머지 {ignored}개는 상태 값이나 기본값이며 이유를 적고 제외했습니다.";
    answer_needed: "Answer needed:", "결정할 것:";
    lost_kind: "Weight", "심각도";
    lost_findings: "Findings", "건수";
    lost_codes: "Kinds", "종류";
    lost_means: "What it means", "의미";
    lost_images: "What is inside images cannot be seen: a host name or path that is written in code is not in these figures.", "이미지 안은 볼 수 없습니다. 코드에 직접 적힌 호스트 이름이나 경로는 이 숫자에 포함되지 않습니다.";

    // Duties.
    duties_topic: "Who does what", "할 일과 담당";
    duties_head: "Before the first wave: {n} things to do, for {trades} trades", "첫 웨이브 전에 할 일 {n}가지, 담당 {trades}곳";
    duties_intro: "Wave {wave} is {env}: {services}. Only what concerns these is listed; the same work comes back, smaller, in each later wave.", "웨이브 {wave}: {env} 환경의 {services}. 이 서비스와 관련된 일만 적었습니다. 다음 웨이브에서는 같은 일이 더 작은 규모로 반복됩니다.";
    duties_intro_all: "No order of waves was planned, so this is for all services.", "웨이브 순서가 없어 모든 서비스를 기준으로 적었습니다.";
    trade_owner: "Owners of the services", "서비스 개발 담당";
    trade_access: "Access and roles (IAM)", "권한과 역할 (IAM)";
    trade_network: "Network and load balancers", "네트워크와 로드 밸런서";
    trade_secrets: "Secrets", "시크릿";
    trade_platform: "Cluster and nodes", "클러스터와 노드";
    trade_watch: "Operations: deployments, alarms, schedules", "운영: 배포, 알람, 스케줄";

    // Words.
    words_topic: "Words", "용어";
    words_head: "The same idea under two names", "같은 개념, 다른 이름";
    word_difference: "What is different", "차이점";
    word_cluster: "One for each environment in place of one for each service; namespaces keep services apart.", "서비스마다가 아니라 환경마다 하나입니다. 서비스는 네임스페이스로 나눕니다.";
    word_service: "Keeps so many pods running. It does not roll back by itself.", "정해진 수의 파드를 유지합니다. 스스로 롤백하지는 않습니다.";
    word_task: "Containers that share an address. When one ends, only that one starts again.", "주소를 공유하는 컨테이너 묶음입니다. 컨테이너가 끝나면 그 컨테이너만 다시 시작합니다.";
    word_task_definition: "Part of the Deployment, not a thing of its own; the history is in Git.", "따로 있지 않고 Deployment 안에 있습니다. 이력은 Git에 남습니다.";
    word_container: "entryPoint is command, and command is args: the names are swapped.", "entryPoint는 command, command는 args입니다. 이름이 서로 엇갈립니다.";
    word_target_group: "A new target group for pods; the controller registers their addresses.", "파드용 타깃 그룹을 새로 만들고, 컨트롤러에서 파드 주소를 등록합니다.";
    word_rule: "Written as an object; the old rule stays the switch until all traffic has moved.", "객체로 작성합니다. 트래픽을 모두 옮길 때까지 기존 리스너 규칙으로 전환합니다.";
    word_role: "The same IAM role, once it trusts the cluster.", "신뢰 정책에 클러스터를 추가하면 같은 IAM 역할을 그대로 씁니다.";
    word_secret: "The value stays in Secrets Manager; an operator copies it in. A change needs a restart, as today.", "값은 Secrets Manager에 그대로 있고 오퍼레이터로 동기화합니다. 지금처럼 값을 바꾸면 재시작이 필요합니다.";
    word_scaling: "Same idea, other metrics: CPU is a share of what is requested.", "개념은 같지만 지표가 다릅니다. CPU는 요청량 대비 비율입니다.";
    word_schedule: "Suspended until handed over, so that nothing runs twice.", "두 번 실행되지 않도록 넘겨받을 때까지 정지(suspend) 상태로 둡니다.";
    word_fargate: "Machines are bought for all pods together; sizes need not be bought in steps.", "노드는 모든 파드가 함께 씁니다. 정해진 크기 단위로 사지 않아도 됩니다.";
    word_logs: "Programs write to stdout; an agent on the node writes the same log group.", "프로그램은 stdout에 쓰고, 노드의 에이전트에서 같은 로그 그룹으로 보냅니다.";
    word_exec: "Granted by RBAC in place of IAM.", "IAM 대신 RBAC으로 권한을 줍니다.";

    // Names.
    names_topic: "Names", "이름";
    names_head: "{n} of {of} names differ from what most do", "이름 {of}개 중 {n}개가 관례와 다릅니다";
    names_head_none: "All names follow one pattern", "모든 이름이 같은 규칙을 따릅니다";
    names_intro: "Nothing has to be renamed: the new side gets the canonical name, and what is wrong is corrected in naming.yaml.", "지금 이름을 바꿀 필요는 없습니다. 새 쪽은 표준 이름을 쓰고, 틀린 해석은 naming.yaml에서 바로잡습니다.";
    names_how: "How it differs", "다른 점";
    names_count: "Names", "개수";
    names_which: "Name in AWS → service / environment", "AWS 이름 → 서비스 / 환경";
    names_absent: "names no environment", "환경 이름이 없음";
    names_position: "environment {place}, where most have it {usual}", "환경 이름 위치: {place} (관례: {usual})";
    names_word: "says `{word}`, where most say `{usual}`", "`{word}` 사용 (관례: `{usual}`)";
    names_underscore: "`_` in place of `-`", "`-` 대신 `_` 사용";
    names_camel: "CamelCase in place of `-`", "`-` 대신 CamelCase 사용";
    names_case: "capital letters", "대문자 사용";
    names_affix_extra: "has the word `{word}`, which others lack", "다른 이름에 없는 `{word}` 단어가 있음";
    names_affix_lacks: "lacks the word `{word}`, which others have", "다른 이름에 있는 `{word}` 단어가 없음";
    names_other: "differs ({what})", "관례와 다름 ({what})";
    place_first: "first", "맨 앞";
    place_middle: "in the middle", "중간";
    place_last: "last", "맨 뒤";

    // Appendix.
    appendix_topic: "All findings", "전체 항목";
    codes_head: "Everything that was found, {n} kinds", "발견한 항목 전체, {n}종";
    codes_intro: "Each kind once, with the services that have it. An ellipsis stands for what differs from case to case. `segue help CODE` tells more.", "종류마다 한 번씩, 해당하는 서비스와 함께 적었습니다. 줄임표(…)는 경우마다 다른 부분입니다. 자세한 설명은 `segue help CODE`로 봅니다.";
    by_service_topic: "By service", "서비스별 상세";
    by_service_head: "What each service needs", "서비스마다 필요한 일";
    by_service_intro: "What a service has of its own is written out; what most services have is a link. Nothing is hidden: the full list is plan/findings.md. ‹env› stands for the word of the environment.", "해당 서비스에만 있는 항목은 풀어서 쓰고, 대부분의 서비스에 공통인 항목은 링크로 적었습니다. 전체 목록은 plan/findings.md에 있습니다. ‹env›는 환경 이름입니다.";
    nothing_special: "Nothing of its own.", "이 서비스만의 항목은 없습니다.";
    as_most: "As most services:", "공통 항목:";
}
