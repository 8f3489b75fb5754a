//go:build tools

// Package tools names Argo CD's API package. It has a module of its own because Argo CD needs
// older Kubernetes libraries than the other controllers do.
//
// 3.3 is the newest line that can be a dependency: from 3.4 on, Argo CD requires a part of its own
// repository under a version that was never published as a module.
package tools

import _ "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
