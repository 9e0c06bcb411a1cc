using System.Runtime.CompilerServices;
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

    // The SDK keeps what it learns of AWS's clock by endpoint, and does not say which endpoint a client has.
    private static readonly ConditionalWeakTable<IClientConfig, string> Endpoints = [];

    /// <summary>The operation as IAM writes actions, such as <c>eks:CreateCluster</c>.</summary>
    public static string? OperationOf(Exception exception) => exception.Data[OperationKey] as string;

    public static string? PrincipalOf(Exception exception) => exception.Data[PrincipalKey] as string;

    /// <summary>The endpoint that a client has last called, as the SDK names it; null before its first answer.</summary>
    public static string? EndpointOf(IClientConfig config) => Endpoints.TryGetValue(config, out string? endpoint) ? endpoint : null;

    /// <summary>Adds who called, known only to the account.</summary>
    public static void AddPrincipal(Exception exception, string principal) => exception.Data[PrincipalKey] = principal;

    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        try
        {
            T answer = await base.InvokeAsync<T>(executionContext);
            if (executionContext.RequestContext is { Request.Endpoint: { } endpoint, ClientConfig: { } config })
            {
                Endpoints.AddOrUpdate(config, endpoint.ToString());
            }

            return answer;
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
