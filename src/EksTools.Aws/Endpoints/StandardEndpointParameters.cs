using Amazon.Runtime.Endpoints;

namespace EksTools.Aws.Endpoints;

/// <summary>What the endpoint of a service depends on: the names are those of AWS's endpoint rules.</summary>
internal sealed class StandardEndpointParameters : EndpointParameters
{
    public string? Region
    {
        get => (string?)this[nameof(Region)];
        set => this[nameof(Region)] = value;
    }

    public bool UseDualStack
    {
        get => (bool?)this[nameof(UseDualStack)] ?? false;
        set => this[nameof(UseDualStack)] = value;
    }

    public bool UseFIPS
    {
        get => (bool?)this[nameof(UseFIPS)] ?? false;
        set => this[nameof(UseFIPS)] = value;
    }

    public string? Endpoint
    {
        get => (string?)this[nameof(Endpoint)];
        set => this[nameof(Endpoint)] = value;
    }
}
