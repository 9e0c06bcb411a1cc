using System.Management.Automation;
using EksTools.Errors;
using EksTools.Pipeline;

namespace EksTools.WorkloadIdentity;

/// <summary>A policy document as -PolicyDocument takes it: JSON text, a file that holds it, a hashtable, or an object such as ConvertFrom-Json makes.</summary>
internal static class PolicyDocumentArgument
{
    /// <summary>The document as JSON. Must be called on the pipeline thread: an object's properties may be scripts.</summary>
    /// <param name="argument">What the user gave.</param>
    /// <param name="resolve">Makes a full path of a PowerShell path.</param>
    public static string ToJson(object argument, Func<string, string> resolve)
    {
        object value = PSObject.AsPSObject(argument).BaseObject;
        if (value is not (string or FileInfo))
        {
            return JsonArgument.Of(argument, TooDeep)?.ToJsonString() ?? "null";
        }

        string text = value.ToString()!;
        if (value is string && text.TrimStart() is ['{' or '%', ..])
        {
            return text;
        }

        string path = value is FileInfo file ? file.FullName : resolve(text);
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EksToolsException(EksErrorKind.Validation, "PolicyDocumentUnreadable", $"-PolicyDocument is neither JSON nor a file that can be read: {exception.Message}", "PolicyDocument", "Give a document that begins with {, a hashtable, or the path of a file.", exception);
        }
    }

    private static EksToolsException TooDeep() => new(EksErrorKind.Validation, "InvalidPolicyDocument", $"-PolicyDocument is nested more than {JsonArgument.MaxDepth} deep.", "PolicyDocument");
}
