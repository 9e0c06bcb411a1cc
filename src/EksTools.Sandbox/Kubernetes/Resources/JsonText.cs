using System.Text.Encodings.Web;
using System.Text.Json;

namespace EksTools.Sandbox.Kubernetes.Resources;

/// <summary>How JSON is written.</summary>
internal static class JsonText
{
    /// <summary>On one line, with the characters of ARNs and URLs as they are.</summary>
    public static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
