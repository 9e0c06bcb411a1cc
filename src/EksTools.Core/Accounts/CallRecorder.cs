using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace EksTools.Core.Accounts;

/// <summary>
/// Notes on an exception which operation it came from and who called: AWS does not always say, and a user asks first.
/// </summary>
internal sealed class CallRecorder : PipelineHandler
{
    private const string OperationKey = "EksTools.Operation";
    private const string PrincipalKey = "EksTools.Principal";

    /// <summary>The operation as IAM writes actions, such as <c>eks:CreateCluster</c>.</summary>
    public static string? OperationOf(Exception exception) => exception.Data[OperationKey] as string;

    public static string? PrincipalOf(Exception exception) => exception.Data[PrincipalKey] as string;

    /// <summary>Adds who called, known only to the account.</summary>
    public static void AddPrincipal(Exception exception, string principal) => exception.Data[PrincipalKey] = principal;

    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        try
        {
            return await base.InvokeAsync<T>(executionContext);
        }
        catch (Exception exception) when (Note(exception, executionContext))
        {
            throw;
        }
    }

    /// <summary>Always false: the note is made while the stack is still whole, and nothing is caught.</summary>
    private static bool Note(Exception exception, IExecutionContext executionContext)
    {
        string request = executionContext.RequestContext.RequestName ?? string.Empty;
        const string suffix = "Request";
        string operation = request.EndsWith(suffix, StringComparison.Ordinal) ? request[..^suffix.Length] : request;
        // IAM knows services by the name that signs: CloudWatch Logs as logs, both generations of Elastic Load Balancing as elasticloadbalancing.
        string service = executionContext.RequestContext.ClientConfig.AuthenticationServiceName is { Length: > 0 } name ? name : executionContext.RequestContext.ServiceMetaData.ServiceId.ToLowerInvariant();
        exception.Data[OperationKey] = $"{service}:{operation}";
        return false;
    }
}

/// <summary>Puts a <see cref="CallRecorder"/> around every client of the engine.</summary>
internal sealed class CallRecorderCustomizer : IRuntimePipelineCustomizer
{
    public string UniqueName => "EksTools.CallRecorder";

    public static void Register() => RuntimePipelineCustomizerRegistry.Instance.Register(new CallRecorderCustomizer());

    public void Customize(Type type, RuntimePipeline pipeline) => pipeline.AddHandler(new CallRecorder());
}
