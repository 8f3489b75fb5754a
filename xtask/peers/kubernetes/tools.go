//go:build tools

// Package tools names the Kubernetes programs that the tests start, so that go.mod and go.sum pin
// them and everything they are made of. The controller manager and the scheduler are pinned too,
// but not built until a test needs them.
package tools

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
	_ "k8s.io/kubernetes/cmd/kube-scheduler"
	_ "k8s.io/kubernetes/cmd/kubectl"
)
