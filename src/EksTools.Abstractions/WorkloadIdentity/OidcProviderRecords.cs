using EksTools.Plans;

namespace EksTools.WorkloadIdentity;

/// <summary>Which OpenID Connect provider is wanted.</summary>
public sealed record OidcProviderRequest
{
    /// <summary>The cluster whose issuer it is for.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The audiences that tokens may be meant for.</summary>
    public IReadOnlyList<string> ClientIds { get; init; } = ["sts.amazonaws.com"];

    /// <summary>Thumbprints to register (40 hexadecimal digits, five at most); read from the issuer's certificates when none is said.</summary>
    public IReadOnlyList<string> Thumbprints { get; init; } = [];

    /// <summary>Further tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Change nothing; say what would change.</summary>
    public bool WhatIf { get; init; }
}

/// <summary>A cluster's OpenID Connect provider in IAM. Its ARN is named so that it binds to AWS.Tools' cmdlets.</summary>
public sealed record EksOidcProvider
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>The provider's ARN.</summary>
    public required string OpenIDConnectProviderArn { get; init; }

    /// <summary>The issuer's URL.</summary>
    public required string Issuer { get; init; }

    /// <summary>The audiences that tokens may be meant for.</summary>
    public IReadOnlyList<string> ClientIds { get; init; } = [];

    /// <summary>The thumbprints that are registered; AWS does not look at them for EKS issuers.</summary>
    public IReadOnlyList<string> Thumbprints { get; init; } = [];

    /// <summary>Found, Created or Updated.</summary>
    public required StepOutcome Change { get; init; }

    /// <summary>The ARN.</summary>
    public override string ToString() => OpenIDConnectProviderArn;
}
