namespace EksTools.WorkloadIdentity;

/// <summary>Service accounts as -ServiceAccount takes them.</summary>
internal static class ServiceAccountArgument
{
    /// <summary>NAME, or NAMESPACE/NAME, which wins over -Namespace.</summary>
    public static ServiceAccountName Read(string text, string defaultNamespace) =>
        text.Split('/', 2) is [var space, var name] ? new ServiceAccountName(space, name) : new ServiceAccountName(defaultNamespace, text);
}
