//! The console over a story, served on a free port.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use segue::console::{Settings, router};
use tokio::runtime::Runtime;

use super::book::Story;

/// A console that is being served.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) story: Arc<Story>,
    /// Serves until it is dropped.
    _runtime: Runtime,
    _repository: Option<tempfile::TempDir>,
}

/// A shift that a rehearsal plays in a moment.
const REHEARSAL: &str = "\
apiVersion: segue.dev/v1alpha1
kind: Shift
metadata: {name: checkout-prod}
spec:
  service: checkout
  environment: prod
  author: ada
  mechanism: bridge
  rule: front
  old: {targetGroup: checkout-ecs, fleet: ecs/shop/checkout, platform: ecs, replicas: 4}
  new: {targetGroup: checkout-pods, fleet: deployment/shop/checkout, platform: kubernetes, replicas: 4}
  expectedRps: 80
  steps: [5, 50, 100]
";

impl Site {
    pub(crate) fn new(settings: Settings) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let story = Arc::new(Story::new());
        let router = router(Arc::clone(&story), settings).unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, story, _runtime: runtime, _repository: None }
    }

    /// For the user ada.
    pub(crate) fn local() -> Self {
        Self::new(Settings::local("ada"))
    }

    /// The same with a repository: the example estate, planned, and a rehearsal.
    pub(crate) fn planned() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let estate = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate");
        let plan = Command::new(env!("CARGO_BIN_EXE_segue"))
            .args(["migrate", "plan", "--yes"])
            .arg(estate)
            .arg("--out")
            .arg(dir.path())
            .output()
            .unwrap();
        assert!(plan.status.success(), "{}", String::from_utf8_lossy(&plan.stderr));
        std::fs::create_dir(dir.path().join("rehearsals")).unwrap();
        std::fs::write(dir.path().join("rehearsals/run.yaml"), REHEARSAL).unwrap();
        let site = Self::new(Settings::local("ada").with_repository(dir.path()));
        Self { _repository: Some(dir), ..site }
    }
}
