namespace EksTools.Sandbox.Account;

/// <summary>One request that was asked.</summary>
/// <param name="Service"><c>eks</c>, <c>eks-auth</c>, <c>iam</c>, <c>sts</c> or <c>ec2</c>.</param>
/// <param name="Path">The path and query without signatures.</param>
/// <param name="Headers">The headers without secrets.</param>
/// <param name="Status">The HTTP status; 0 when the connection was dropped.</param>
/// <param name="Principal">The caller's ARN, or null when it was not authenticated.</param>
public sealed record SandboxRequest(
    DateTimeOffset Time, string Service, string Operation, string Region, string Method, string Path,
    IReadOnlyDictionary<string, string> Headers, string Body, int Status, string? Principal)
{
    /// <summary>The actions that the caller's policies were asked for, such as <c>iam:PassRole</c> of a call of CreateCluster; up to the one that was refused.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];
}

/// <summary>The last requests, oldest first.</summary>
internal sealed class RequestLog
{
    private const int Kept = 20_000;
    private readonly Queue<SandboxRequest> _requests = new();

    /// <summary>The requests as they are now.</summary>
    public IReadOnlyList<SandboxRequest> Snapshot()
    {
        lock (_requests)
        {
            return [.. _requests];
        }
    }

    /// <summary>Adds one.</summary>
    public void Add(SandboxRequest request)
    {
        lock (_requests)
        {
            _requests.Enqueue(request);
            if (_requests.Count > Kept)
            {
                _requests.Dequeue();
            }
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        lock (_requests)
        {
            _requests.Clear();
        }
    }
}
