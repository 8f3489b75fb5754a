//! A local world that runs from a repository: what is in it is played, and played again whenever it
//! changes.

use gitops::Tree;
use live::disk::Folder;
use model::Reason;
use model::code::live as code;
use tokio_util::sync::CancellationToken;

use super::{LOOK, Local, tree};

impl Local {
    /// Plays a repository as it is now, if it has changed since it was played last.
    pub async fn look(&self, repo: &Folder, environment: &str) -> Result<(), Reason> {
        self.play_tree(tree::files(repo)?, repo, environment).await
    }

    /// Looks at a repository again and again until `stop`. Whoever writes it may be in the middle:
    /// a change counts when it stays for two looks. `told` hears once of each trouble.
    pub async fn follow(
        &self,
        repo: &Folder,
        environment: &str,
        stop: &CancellationToken,
        told: impl Fn(Reason) + Sync,
    ) {
        let (mut trouble, mut before) = (None, None);
        loop {
            let now = match tree::files(repo) {
                Ok(tree) if before.as_ref() == Some(&tree) => {
                    self.play_tree(tree, repo, environment).await.err()
                }
                Ok(tree) => {
                    before = Some(tree);
                    trouble.clone()
                }
                Err(because) => Some(because),
            };
            if let Some(because) = now.as_ref().filter(|_| now != trouble) {
                told(because.clone());
            }
            trouble = now;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn play_tree(&self, tree: Tree, repo: &Folder, environment: &str) -> Result<(), Reason> {
        {
            let state = self.state();
            if state.last.is(&tree) {
                return Ok(());
            }
            if tree.iter().next().is_none() && !state.last.is_empty() {
                return Err(Reason::new(&code::NO_FILES).with("folder", repo.root().display()));
            }
        }
        let mut objects = tree::read(&tree, environment);
        self.state().last.fill(&mut objects);
        self.play(&objects).await?;
        // What failed is tried again with the next look.
        self.state().last.take(&self.config.state, tree, objects)
    }
}
