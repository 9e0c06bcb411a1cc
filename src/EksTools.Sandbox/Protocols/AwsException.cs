using System.Text.Json.Nodes;

namespace EksTools.Sandbox.Protocols;

/// <summary>An error as the service answers it.</summary>
internal sealed class AwsException(string code, string message, int status = 400) : Exception(message)
{
    /// <summary>The service's error code or exception name.</summary>
    public string Code { get; } = code;

    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>Members besides the message, for JSON services.</summary>
    public JsonObject? Members { get; init; }
}
