//! What each oddity of the catalog does to a task definition.

mod data;
mod limits;
mod planted;
mod sidecars;

use serde_json::json;

use super::arn::PLATFORM_ACCOUNT;
use super::catalog::{Env, Oddity};
use super::cell::Cell;
use super::container::Container;
use super::taskdef::{Draft, secret_arn};

/// Applies one oddity.
pub fn apply(oddity: Oddity, cell: &Cell, draft: &mut Draft) {
    match oddity {
        // Containers beside the main one.
        Oddity::Datadog => sidecars::datadog(cell, draft),
        Oddity::Envoy => sidecars::envoy(cell, draft),
        Oddity::NginxProxy => sidecars::nginx(cell, draft),
        Oddity::InitMigration => sidecars::migration(cell, draft),
        Oddity::FireLens => sidecars::fire_lens(cell, draft),
        Oddity::Links => sidecars::linked(cell, draft),
        // Volumes, variables and files.
        Oddity::EfsAccessPoint => data::efs_with_access_point(cell, draft),
        Oddity::EfsPlain => data::efs_plain(cell, draft),
        Oddity::SharedScratch => data::shared_scratch(draft),
        Oddity::EnvironmentFiles => data::environment_files(cell, draft),
        Oddity::Dollars => data::dollars(cell, draft),
        Oddity::SecretForms => data::secret_forms(cell, draft),
        // Settings of the kernel and of the machine.
        Oddity::OpenFiles => limits::open_files(draft),
        Oddity::SystemControls => limits::system_controls(draft),
        Oddity::MemoryFiles => limits::memory_files(draft),
        Oddity::BigDisk => limits::big_disk(draft),
        Oddity::Gpu => limits::gpu(draft),
        Oddity::Arm => limits::arm(draft),
        Oddity::SlimCpu => limits::slim_cpu(cell, draft),
        Oddity::InitProcess => limits::init_process(draft),
        Oddity::ReadOnlyRoot => limits::read_only_root(draft),
        Oddity::Planted => planted::apply(cell, draft),
        Oddity::ConnectServer => name_port(draft),
        Oddity::CurlHealth => curl_health(cell, draft),
        Oddity::DatadogLabels => datadog_labels(cell, draft),
        Oddity::LatestTag => latest_tag(draft),
        Oddity::PrivateRegistry => private_registry(cell, draft),
        Oddity::SlowStop => drop(draft.app.set("stopTimeout", 120)),
        Oddity::NamedUser => drop(draft.app.set("user", "node")),
        Oddity::NumericUser => drop(draft.app.set("user", "1000:1000")),
        Oddity::RootUser => root_user(cell, draft),
        // These show in the service and around it, not in the task definition.
        Oddity::NoLiveness | Oddity::ConnectClient | Oddity::CloudMap | Oddity::Sticky => {}
    }
}

/// Service Connect finds a port by its name.
fn name_port(draft: &mut Draft) {
    let mut ports = draft.app.get("portMappings").clone();
    ports[0]["name"] = json!("product-catalog-8080-tcp");
    ports[0]["appProtocol"] = json!("http");
    draft.app.set("portMappings", ports);
}

/// A check that needs curl, a shell and, since an audit, a password.
fn curl_health(cell: &Cell, draft: &mut Draft) {
    let port = cell.service.port.unwrap_or(8080);
    let account = planted::health_account();
    let url = format!("http://localhost:{port}{}", cell.service.health);
    draft.app.health(&format!("curl -fsS -u {account} {url} || exit 1"), 120);
}

fn datadog_labels(cell: &Cell, draft: &mut Draft) {
    let instances = r#"[{"nginx_status_url":"http://%%host%%:8081/nginx_status"}]"#;
    draft.app.set(
        "dockerLabels",
        json!({
            "com.datadoghq.ad.check_names": r#"["nginx"]"#,
            "com.datadoghq.ad.init_configs": "[{}]",
            "com.datadoghq.ad.instances": instances,
            "com.datadoghq.tags.env": cell.env.word(),
            "com.datadoghq.tags.service": cell.service.name,
        }),
    );
}

fn latest_tag(draft: &mut Draft) {
    let image = draft.app.text("image").to_owned();
    let repository = image.rsplit_once(':').map_or(image.as_str(), |(left, _)| left);
    draft.app.set("image", format!("{repository}:latest"));
}

/// A registry outside AWS, with its password in Secrets Manager.
fn private_registry(cell: &Cell, draft: &mut Draft) {
    let env = cell.env.word();
    let login = secret_arn(cell, &format!("{env}/shared/registry-login"));
    draft
        .app
        .set("image", format!("registry.haedal.example/backoffice/admin-console:{env}-5.2"))
        .set("repositoryCredentials", json!({"credentialsParameter": login}));
}

/// Production says `root` aloud; the others say nothing, and the image's own user is root.
fn root_user(cell: &Cell, draft: &mut Draft) {
    if cell.env == Env::Prod {
        draft.app.set("user", "root");
    }
}

/// The image of a sidecar from the platform team's registry.
fn platform_image(repository: &str, tag: &str) -> String {
    let host = format!("{PLATFORM_ACCOUNT}.dkr.ecr.ap-northeast-2.amazonaws.com");
    format!("{host}/platform/{repository}:{tag}")
}

/// A container beside the main one that may end without ending the task.
fn helper(name: &str, image: &str) -> Container {
    let mut container = Container::new(name, image);
    container.set("essential", false);
    container
}
