//go:build tools

// Package tools names the API packages of the controllers whose objects Segue writes, and the
// generator that these projects make their CRDs with.
package tools

import (
	_ "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	_ "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	_ "sigs.k8s.io/controller-tools/cmd/controller-gen"
)
