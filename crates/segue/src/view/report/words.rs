//! The word of ECS beside the word of Kubernetes.

use maud::html;

use super::Page;
use super::section::Section;

/// Word of ECS, word of Kubernetes; the explanations are messages in the same order.
const WORDS: [(&str, &str); 14] = [
    ("Cluster", "Cluster"),
    ("Service", "Deployment"),
    ("Task", "Pod"),
    ("Task definition", "Pod template"),
    ("Container definition", "Container"),
    ("Target group", "TargetGroupBinding"),
    ("Listener rule", "Ingress"),
    ("Task role", "ServiceAccount"),
    ("secrets / valueFrom", "ExternalSecret → Secret"),
    ("Application Auto Scaling", "HPA / ScaledObject"),
    ("EventBridge schedule", "CronJob"),
    ("Fargate", "NodePool"),
    ("CloudWatch Logs (awslogs)", "stdout + Fluent Bit"),
    ("ECS Exec", "kubectl exec"),
];

pub(super) fn section(page: &Page<'_>) -> Section {
    let m = page.m;
    let said = [
        m.word_cluster,
        m.word_service,
        m.word_task,
        m.word_task_definition,
        m.word_container,
        m.word_target_group,
        m.word_rule,
        m.word_role,
        m.word_secret,
        m.word_scaling,
        m.word_schedule,
        m.word_fargate,
        m.word_logs,
        m.word_exec,
    ];
    let body = html! {
        table.words {
            thead { tr {
                th scope="col" { "ECS" } th scope="col" { "Kubernetes" } th scope="col" { (m.word_difference) }
            } }
            tbody { @for ((old, new), said) in WORDS.into_iter().zip(said) {
                tr { th scope="row" { (old) } td { b { (new) } } td { (said) } }
            } }
        }
    };
    Section { id: "words", topic: m.words_topic, heading: m.words_head.to_owned(), body }
}
