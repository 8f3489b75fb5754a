//go:build tools

// Package tools names etcd's server, so that go.mod and go.sum pin it. A wrapper is needed because
// etcd's own go.mod has directives that `go install` with a version refuses.
package tools

import _ "go.etcd.io/etcd/server/v3"
