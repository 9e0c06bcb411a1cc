using System.Reflection;
using Amazon;
using Amazon.CertificateManager;
using Amazon.CloudWatchLogs;
using Amazon.EKS;
using Amazon.ElasticLoadBalancing;
using Amazon.ElasticLoadBalancingV2;
using Amazon.IdentityManagement;
using Amazon.Runtime;
using EksTools.Aws.Tests.Botocore;

namespace EksTools.Aws.Tests.Wire;

/// <summary>A service of the library, its operations taken from the client's interface.</summary>
internal sealed record Service(string Name, Type Interface, Type ExceptionBase, Func<HttpClientFactory, AmazonServiceClient> Connect)
{
    public static readonly Service Eks = new("eks", typeof(IAmazonEKS), typeof(AmazonEKSException), http =>
        new AmazonEKSClient("AKIDEXAMPLE", "secret", new AmazonEKSConfig { RegionEndpoint = RegionEndpoint.EUWest1, HttpClientFactory = http, MaxErrorRetry = 0 }));

    public static readonly Service Iam = new("iam", typeof(IAmazonIdentityManagementService), typeof(AmazonIdentityManagementServiceException), http =>
        new AmazonIdentityManagementServiceClient(
            "AKIDEXAMPLE", "secret", new AmazonIdentityManagementServiceConfig { RegionEndpoint = RegionEndpoint.EUWest1, HttpClientFactory = http, MaxErrorRetry = 0 }));

    public static readonly Service Elb = new("elb", typeof(IAmazonElasticLoadBalancing), typeof(AmazonElasticLoadBalancingException), http =>
        new AmazonElasticLoadBalancingClient("AKIDEXAMPLE", "secret", new AmazonElasticLoadBalancingConfig { RegionEndpoint = RegionEndpoint.EUWest1, HttpClientFactory = http, MaxErrorRetry = 0 }));

    public static readonly Service ElbV2 = new("elbv2", typeof(IAmazonElasticLoadBalancingV2), typeof(AmazonElasticLoadBalancingV2Exception), http =>
        new AmazonElasticLoadBalancingV2Client("AKIDEXAMPLE", "secret", new AmazonElasticLoadBalancingV2Config { RegionEndpoint = RegionEndpoint.EUWest1, HttpClientFactory = http, MaxErrorRetry = 0 }));

    public static readonly Service Acm = new("acm", typeof(IAmazonCertificateManager), typeof(AmazonCertificateManagerException), http =>
        new AmazonCertificateManagerClient("AKIDEXAMPLE", "secret", new AmazonCertificateManagerConfig { RegionEndpoint = RegionEndpoint.EUWest1, HttpClientFactory = http, MaxErrorRetry = 0 }));

    public static readonly Service Logs = new("logs", typeof(IAmazonCloudWatchLogs), typeof(AmazonCloudWatchLogsException), http =>
        new AmazonCloudWatchLogsClient("AKIDEXAMPLE", "secret", new AmazonCloudWatchLogsConfig { RegionEndpoint = RegionEndpoint.EUWest1, HttpClientFactory = http, MaxErrorRetry = 0 }));

    public static IReadOnlyList<Service> All { get; } = [Eks, Iam, Elb, ElbV2, Acm, Logs];

    public Model Model => Model.Of(Name);

    /// <summary>The methods that take a request, by operation.</summary>
    public IReadOnlyDictionary<string, MethodInfo> Operations { get; } = Interface.GetMethods()
        .Where(m => m.Name.EndsWith("Async", StringComparison.Ordinal) && m.GetParameters().Length == 2)
        .ToDictionary(m => m.Name[..^"Async".Length]);

    public static TheoryData<string, string> EveryOperation()
    {
        var data = new TheoryData<string, string>();
        foreach (var service in All)
        {
            foreach (var operation in service.Operations.Keys)
                data.Add(service.Name, operation);
        }

        return data;
    }

    public static Service Of(string name) => All.Single(s => s.Name == name);

    public Type RequestType(string operation) => Operations[operation].GetParameters()[0].ParameterType;

    public Type ResponseType(string operation) => Operations[operation].ReturnType.GenericTypeArguments[0];

    public async Task<AmazonWebServiceResponse> Call(AmazonServiceClient client, string operation, object request)
    {
        var task = (Task)Operations[operation].Invoke(client, [request, TestContext.Current.CancellationToken])!;
        await task;
        return (AmazonWebServiceResponse)task.GetType().GetProperty("Result")!.GetValue(task)!;
    }
}
