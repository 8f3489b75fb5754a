//! Names that people really make, and what is read in them.

use migrate::naming::{
    Basis, Conflict, Corrections, Evidence, Kind, Named, Names, Place, Source, Verdict, infer,
};

fn named(kind: Kind, name: &str) -> Named {
    let id = format!("{}/{name}", kind.noun());
    Named { id, kind, name: name.into(), evidence: Vec::new() }
}

fn with(mut object: Named, source: Source, text: &str) -> Named {
    object.evidence.push(Evidence::new(source, text));
    object
}

fn all(kind: Kind, names: &[&str]) -> Names {
    let objects: Vec<Named> = names.iter().map(|name| named(kind, name)).collect();
    infer(&objects, &Corrections::default())
}

/// `environment/service verdict` of the object with this id.
fn read(names: &Names, id: &str) -> String {
    let name = names.get(id).unwrap();
    let environment = name.environment.as_deref().unwrap_or("-");
    let service = name.service.as_deref().unwrap_or("-");
    format!("{environment}/{service} {:?}", name.verdict)
}

/// What each cluster name is read as, among the others.
fn clusters(names: &[&str], expected: &[&str]) {
    let inferred = all(Kind::Cluster, names);
    let read: Vec<String> = names
        .iter()
        .map(|name| read(&inferred, &format!("cluster/{name}")))
        .map(|row| row.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(read, expected, "{names:?}");
}

#[test]
fn a_lone_family_is_read_by_its_strong_word() {
    let lone =
        |name: &str| read(&all(Kind::TaskDefinition, &[name]), &format!("task definition/{name}"));
    assert_eq!(lone("hotspot-server-prod"), "prod/hotspot-server Accepted");
    assert_eq!(lone("dev-amplifygenai-task"), "dev/amplifygenai Accepted");
    assert_eq!(lone("ecsftest-devices"), "-/ecsftest-devices Accepted");
    assert_eq!(lone("wildfly"), "-/wildfly Accepted");
    assert_eq!(lone("nginx-sample-poc"), "-/nginx-sample-poc Accepted");
    assert_eq!(lone("firelens-efs-example"), "-/firelens-efs-example Accepted");
    // `test` is an ordinary word too: no environment, but a person should look.
    assert!(lone("ecsftest-ulimit-test").starts_with("-/ecsftest-ulimit-test "));
    assert!(lone("test-awslogs-secret-multiline").starts_with("-/test-awslogs-secret-multiline "));
}

#[test]
fn many_files_without_an_environment_stay_without() {
    let families = [
        "ecs-exec-task",
        "vybe-backend",
        "taskflow-task",
        "medgraph-api",
        "witp-server",
        "cfl-openmrs",
        "hotspot-server-prod",
        "wildfly",
        "ecsftest-devices",
        "ecsftest-hostname",
        "ecsftest-iamrole-test",
        "ecsftest-ulimit-test",
        "datavolume-example",
        "ecspresso-test",
        "ecsinteg-privileged-mount",
        "secrets-integration",
        "dev-amplifygenai-task",
    ];
    let names = all(Kind::TaskDefinition, &families);
    for family in families {
        let name = names.get(&format!("task definition/{family}")).unwrap();
        let expected = match family {
            "hotspot-server-prod" => Some("prod"),
            "dev-amplifygenai-task" => Some("dev"),
            _ => None,
        };
        assert_eq!(name.environment.as_deref(), expected, "{family}: {:?}", name.because);
        assert!(name.service.is_some(), "{family}");
    }
}

#[test]
fn bare_names_beside_their_siblings_are_production() {
    clusters(
        &["dev-payments", "stag-payments", "payments", "dev-users", "stag-users", "users"],
        &[
            "dev/payments",
            "stag/payments",
            "prod/payments",
            "dev/users",
            "stag/users",
            "prod/users",
        ],
    );
    clusters(
        &[
            "dev-live-chat",
            "stag-live-chat",
            "live-chat",
            "dev-users",
            "stag-users",
            "prod-users",
            "dev-api",
            "stag-api",
            "prod-api",
        ],
        &[
            "dev/live-chat",
            "stag/live-chat",
            "prod/live-chat",
            "dev/users",
            "stag/users",
            "prod/users",
            "dev/api",
            "stag/api",
            "prod/api",
        ],
    );
}

#[test]
fn every_way_of_writing_is_one_service() {
    clusters(
        &[
            "dev-backend-api",
            "backend_api_stg",
            "BackendApiProduction",
            "dev-payments",
            "stg-payments",
            "prod-payments",
            "devusers",
            "stg-users",
            "prod-users",
        ],
        &[
            "dev/backend-api",
            "stg/backend-api",
            "prod/backend-api",
            "dev/payments",
            "stg/payments",
            "prod/payments",
            "dev/users",
            "stg/users",
            "prod/users",
        ],
    );
}

#[test]
fn the_most_used_word_is_canonical() {
    clusters(
        &["develop-a", "develop-b", "dev-c", "prd-a", "prd-b", "production-c"],
        &["develop/a", "develop/b", "develop/c", "prd/a", "prd/b", "prd/c"],
    );
}

#[test]
fn uat_beside_stag_is_an_environment_of_its_own() {
    clusters(
        &["dev-a", "stag-a", "uat-a", "prod-a", "dev-b", "stag-b", "uat-b", "prod-b"],
        &["dev/a", "stag/a", "uat/a", "prod/a", "dev/b", "stag/b", "uat/b", "prod/b"],
    );
    clusters(
        &["dev1-a", "dev2-a", "prod-a", "pre-prod-a", "nonprod-b"],
        &["dev1/a", "dev2/a", "prod/a", "preprod/a", "nonprod/b"],
    );
}

#[test]
fn words_are_learned_by_substitution_and_from_tags() {
    clusters(
        &[
            "dev-a", "prod-a", "canary-a", "dev-b", "prod-b", "canary-b", "dev-c", "prod-c",
            "canary-c", "canary-d", "dev-d",
        ],
        &[
            "dev/a", "prod/a", "canary/a", "dev/b", "prod/b", "canary/b", "dev/c", "prod/c",
            "canary/c", "canary/d", "dev/d",
        ],
    );
    let tag = || Source::Tag { key: "Environment".into() };
    let objects = [
        with(named(Kind::Cluster, "green-a"), tag(), "green"),
        with(named(Kind::Cluster, "green-b"), tag(), "green"),
        with(named(Kind::Cluster, "dev-a"), tag(), "dev"),
    ];
    let names = infer(&objects, &Corrections::default());
    assert_eq!(read(&names, "cluster/green-a"), "green/a Accepted");
}

#[test]
fn services_in_shared_clusters_have_the_cluster_s_environment() {
    let mut objects = Vec::new();
    for environment in ["dev", "prod"] {
        let cluster = format!("acme-{environment}");
        objects.push(named(Kind::Cluster, &cluster));
        for service in ["api", "web", "worker", "live-chat"] {
            let mut object = with(named(Kind::Service, service), Source::Cluster, &cluster);
            object.id = format!("{cluster}/{service}");
            objects.push(object);
        }
    }
    let names = infer(&objects, &Corrections::default());
    assert_eq!(read(&names, "acme-dev/api"), "dev/api Accepted");
    assert_eq!(read(&names, "acme-prod/worker"), "prod/worker Accepted");
    assert_eq!(read(&names, "acme-prod/live-chat"), "prod/live-chat Accepted");
    assert_eq!(read(&names, "acme-dev/live-chat"), "dev/live-chat Accepted");
    assert!(read(&names, "cluster/acme-dev").starts_with("dev/"));
    assert_eq!(names.conflicts, []);
}

#[test]
fn a_cluster_that_is_only_an_environment_has_no_service() {
    clusters(&["prod", "dev", "stag"], &["prod/-", "dev/-", "stag/-"]);
}

#[test]
fn other_objects_find_their_service_inside_longer_names() {
    let mut objects: Vec<Named> =
        ["dev-backend-api", "prod-backend-api", "dev-users", "prod-users"]
            .iter()
            .map(|name| named(Kind::Service, name))
            .collect();
    objects.push(named(Kind::LogGroup, "/ecs/prod-backend-api"));
    objects.push(named(Kind::Schedule, "prod-backend-api-nightly-cleanup"));
    objects.push(named(Kind::SecretPath, "/dev/backend-api/db-password"));
    objects.push(named(Kind::HostName, "backend-api.dev.example.com"));
    objects.push(named(Kind::TargetGroup, "prod-users-tg"));
    objects.push(named(Kind::LoadBalancer, "internal-alb-production"));
    let names = infer(&objects, &Corrections::default());
    let starts = |id: &str, expected: &str| {
        let read = read(&names, id);
        assert!(read.starts_with(expected), "{id}: {read}");
    };
    starts("log group//ecs/prod-backend-api", "prod/backend-api ");
    starts("schedule/prod-backend-api-nightly-cleanup", "prod/backend-api ");
    starts("secret//dev/backend-api/db-password", "dev/backend-api ");
    starts("host name/backend-api.dev.example.com", "dev/backend-api ");
    starts("target group/prod-users-tg", "prod/users ");
    starts("load balancer/internal-alb-production", "prod/internal-alb Accepted");
}

#[test]
fn evidence_decides_what_the_name_leaves_open() {
    let tag = || Source::Tag { key: "env".into() };
    let objects = [
        with(named(Kind::Service, "ledger"), tag(), "staging"),
        named(Kind::Service, "dev-users"),
        named(Kind::Service, "stag-users"),
    ];
    let names = infer(&objects, &Corrections::default());
    assert!(read(&names, "service/ledger").starts_with("stag/ledger"));
    let because = &names.get("service/ledger").unwrap().because;
    let evidence = because.iter().find(|weight| weight.basis == Basis::Evidence).unwrap();
    assert_eq!(evidence.says, "tag env `staging`");
}

#[test]
fn a_source_that_contradicts_the_names_loses_its_weight() {
    // One VPC called dev for everything: it says nothing.
    let names = ["dev-a", "dev-b", "dev-c", "stag-a", "stag-b", "stag-c", "prod-a", "prod-b", "c"];
    let objects: Vec<Named> =
        names.iter().map(|name| with(named(Kind::Cluster, name), Source::Vpc, "dev-vpc")).collect();
    let inferred = infer(&objects, &Corrections::default());
    assert!(read(&inferred, "cluster/prod-a").starts_with("prod/a Accepted"));
    assert!(read(&inferred, "cluster/c").starts_with("prod/c"), "{}", read(&inferred, "cluster/c"));
}

#[test]
fn deviations_say_how_a_name_differs() {
    let names = all(
        Kind::Cluster,
        &[
            "dev-a",
            "dev-b",
            "dev-c",
            "stag-a",
            "stag-b",
            "prod-a",
            "prod-b",
            "c-stag",
            "production_c",
            "devD",
            "stag-d",
            "prod-d",
        ],
    );
    let says = |name: &str| -> Vec<String> {
        let name = names.get(&format!("cluster/{name}")).unwrap();
        name.deviations.iter().map(migrate::naming::Deviation::says).collect()
    };
    assert_eq!(names.pattern.usual, Some(Place::First));
    assert_eq!(says("dev-a"), [""; 0]);
    assert_eq!(says("c-stag"), ["has the environment at the end; most names have it at the start"]);
    assert_eq!(
        says("production_c"),
        [
            "says `production`; the estate's word is `prod`",
            "is written with `_`; most names have `-`"
        ]
    );
    assert_eq!(says("devD"), ["is written in CamelCase; most names have `-`"]);
}

#[test]
fn conflicts_are_found() {
    let log = || Source::LogGroup;
    let route = || Source::Route { balancer: "alb-main".into() };
    let objects = [
        with(named(Kind::Service, "dev-pay"), log(), "/ecs/pay"),
        with(named(Kind::Service, "prod-pay"), log(), "/ecs/pay"),
        named(Kind::Service, "pay-prod"),
        named(Kind::Service, "dev-user-api"),
        named(Kind::Service, "dev-userapi"),
        with(named(Kind::Service, "prod-user-api"), route(), "api.example.com/v1"),
        with(named(Kind::Service, "prod-users"), route(), "api.example.com/v1"),
        with(named(Kind::Service, "dev-users"), Source::CloudMap, "users.local"),
        with(named(Kind::Service, "stag-users"), Source::CloudMap, "users.local"),
        named(Kind::Service, "dev-a-very-long-name-of-a-service-one"),
        named(Kind::Service, "dev-a-very-long-name-of-a-service-two"),
    ];
    let names = infer(&objects, &Corrections::default());
    let codes: Vec<&str> = names.conflicts.iter().map(|one| one.reason().code.id).collect();
    assert_eq!(codes, ["SG-M020", "SG-M021", "SG-M022", "SG-M023", "SG-M024", "SG-M025"]);
    assert!(
        matches!(&names.conflicts[0], Conflict::SameTarget { target, .. } if target == "prod/pay")
    );
    assert!(
        matches!(&names.conflicts[1], Conflict::Collapse { target, .. } if target == "dev/user-api")
    );
}

#[test]
fn unsure_names_are_asked_with_both_readings() {
    let names = all(Kind::Cluster, &["dev-a", "prod-a", "dev-b", "prod-b", "live-c"]);
    let name = names.get("cluster/live-c").unwrap();
    assert_ne!(name.verdict, Verdict::Accepted, "{name:?}");
    let finding = name.finding().unwrap();
    assert!(finding.sentence().contains("`live-c`"), "{}", finding.sentence());
    assert!(!finding.sentence().contains('{'));
}

#[test]
fn a_name_without_an_environment_among_names_with_one_is_shown() {
    let names = all(
        Kind::Cluster,
        &[
            "dev-a",
            "stag-a",
            "prod-a",
            "dev-b",
            "stag-b",
            "prod-b",
            "dev-c",
            "stag-c",
            "prod-c",
            "bastion",
            "paymentsprod",
        ],
    );
    assert_eq!(read(&names, "cluster/bastion"), "-/bastion Listed");
    let glued = names.get("cluster/paymentsprod").unwrap();
    assert_ne!(glued.verdict, Verdict::Accepted, "{glued:?}");
}

#[test]
fn a_service_may_miss_its_neighbours() {
    // `admin-users` is a service beside `users`, `acme-users` is `users` itself.
    clusters(
        &[
            "dev-users",
            "dev-admin-users",
            "prod-users",
            "prod-admin-users",
            "acme-stag-users",
            "dev-pay",
            "stag-pay",
            "acme-prod-pay",
            "dev-web",
            "stag-web",
            "prod-web",
        ],
        &[
            "dev/users",
            "dev/admin-users",
            "prod/users",
            "prod/admin-users",
            "stag/users",
            "dev/pay",
            "stag/pay",
            "prod/pay",
            "dev/web",
            "stag/web",
            "prod/web",
        ],
    );
}

#[test]
fn what_belongs_to_a_service_is_what_the_service_is() {
    let mut objects: Vec<Named> = ["dev-pay", "stag-pay", "pay", "dev-web", "stag-web", "web"]
        .iter()
        .map(|name| named(Kind::Service, name))
        .collect();
    objects.push(named(Kind::TargetGroup, "pay-tg"));
    objects.push(named(Kind::TargetGroup, "k8s-1f3a"));
    objects.push(named(Kind::TargetGroup, "stag-web-tg"));
    objects[2].evidence.push(Evidence::new(Source::TargetGroup, "pay-tg"));
    objects[3].evidence.push(Evidence::new(Source::TargetGroup, "k8s-1f3a"));
    // The tag was copied from another environment.
    let tag = Source::Tag { key: "Environment".into() };
    objects[4].evidence.push(Evidence::new(tag, "dev"));
    objects[4].evidence.push(Evidence::new(Source::TargetGroup, "stag-web-tg"));
    let names = infer(&objects, &Corrections::default());
    assert!(read(&names, "target group/pay-tg").starts_with("prod/pay "));
    assert!(read(&names, "target group/k8s-1f3a").starts_with("dev/web "));
    assert_eq!(read(&names, "target group/stag-web-tg"), "stag/web Accepted");
}
