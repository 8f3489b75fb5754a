// Package v1beta1 is the TargetGroupBinding of the AWS Load Balancer Controller as it is today.
//
// Since its second major version the controller's module path has no version suffix, so a Go
// dependency on it cannot name a release; the newest commit that other modules pin, and thus the
// newest one that can be had, is of December 2022. Its types of parts are used as they are, but the
// spec is written out: the controller has gained fields since, and an ARN is no longer required
// where a name is given, which an embedded upstream type could not unsay.
//
// +groupName=elbv2.k8s.aws
package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	upstream "sigs.k8s.io/aws-load-balancer-controller/apis/elbv2/v1beta1"
)

// TargetGroupProtocol is the protocol that a target group speaks to its targets.
//
// +kubebuilder:validation:Enum=HTTP;HTTPS;TCP;TLS;UDP;TCP_UDP;QUIC;TCP_QUIC
type TargetGroupProtocol string

// TargetGroupBindingSpec names a target group, by ARN or by name, and the Service it is bound to.
// That one of the two is given is what the controller's webhook checks.
//
// +kubebuilder:validation:XValidation:rule="has(self.targetGroupARN) || has(self.targetGroupName)",message="either targetGroupARN or targetGroupName must be given"
type TargetGroupBindingSpec struct {
	// +optional
	// +kubebuilder:validation:MinLength=1
	TargetGroupARN string `json:"targetGroupARN,omitempty"`
	// +optional
	// +kubebuilder:validation:MinLength=1
	TargetGroupName string `json:"targetGroupName,omitempty"`
	// +optional
	MultiClusterTargetGroup bool `json:"multiClusterTargetGroup,omitempty"`
	// +optional
	TargetType *upstream.TargetType `json:"targetType,omitempty"`

	ServiceRef upstream.ServiceReference `json:"serviceRef"`

	// +optional
	Networking *upstream.TargetGroupBindingNetworking `json:"networking,omitempty"`
	// +optional
	NodeSelector *metav1.LabelSelector `json:"nodeSelector,omitempty"`
	// +optional
	IPAddressType *upstream.TargetGroupIPAddressType `json:"ipAddressType,omitempty"`
	// +optional
	TargetGroupProtocol *TargetGroupProtocol `json:"targetGroupProtocol,omitempty"`
	// +optional
	VpcID string `json:"vpcID,omitempty"`
	// +optional
	IamRoleArnToAssume string `json:"iamRoleArnToAssume,omitempty"`
	// +optional
	AssumeRoleExternalID string `json:"assumeRoleExternalId,omitempty"`
}

// TargetGroupBindingStatus is the upstream status with its newer fields.
type TargetGroupBindingStatus struct {
	upstream.TargetGroupBindingStatus `json:",inline"`

	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// TargetGroupBinding binds a Service to a target group that exists already.
//
// +kubebuilder:subresource:status
// +kubebuilder:storageversion
type TargetGroupBinding struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   TargetGroupBindingSpec   `json:"spec,omitempty"`
	Status TargetGroupBindingStatus `json:"status,omitempty"`
}
