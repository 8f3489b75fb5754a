//! From objects per environment to the tree of files: bases and overlays, clusters, plan.

pub mod argocd;
pub mod drift;
pub mod kustomize;
pub mod service;
pub mod unify;
pub mod yaml;
