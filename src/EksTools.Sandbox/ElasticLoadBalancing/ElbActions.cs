using EksTools.Sandbox.Authorization;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>
/// The permissions that Elastic Load Balancing's operations need: on what they make, on what they name, and on the tags that they give
/// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html). Describing takes no resource.
/// </summary>
internal static class ElbActions
{
    private const string Service = ElbServices.SigningName;

    private static readonly string[] Naming = ["ListenerArn", "LoadBalancerArn", "TargetGroupArn"];

    /// <summary>Those of a call about Classic Load Balancers.</summary>
    public static IEnumerable<AccessCheck> OfClassic(AwsCall call)
    {
        var names = call.Parameters.Get("LoadBalancerName") is { } one ? [one] : call.Parameters.Strings("LoadBalancerNames");
        return Of(call, call.Operation == "CreateLoadBalancer" ? $"loadbalancer/{call.Parameters.Get("LoadBalancerName")}" : null,
            [.. names.Select(name => (call.Elb().Arn($"loadbalancer/{name}"), (IReadOnlyDictionary<string, string>?)call.Elb().Classic.Find(balancer => balancer.Name == name)?.Tags))]);
    }

    /// <summary>Those of a call about Application and Network Load Balancers.</summary>
    public static IEnumerable<AccessCheck> OfSecond(AwsCall call)
    {
        var (parameters, name) = (call.Parameters, call.Parameters.Get("Name"));
        var made = call.Operation switch
        {
            "CreateLoadBalancer" => $"loadbalancer/{(parameters.Get("Type") == "network" ? "net" : "app")}/{name}/*",
            "CreateTargetGroup" => $"targetgroup/{name}/*",
            _ => null,
        };
        IEnumerable<string> named = Naming.Select(parameters.Get).OfType<string>().Concat(parameters.Strings("ResourceArns"));
        return Of(call, made, [.. named.Select(arn => (arn, (IReadOnlyDictionary<string, string>?)TagOperations.TryFind(call.Elb(), arn)))]);
    }

    private static IEnumerable<AccessCheck> Of(AwsCall call, string? made, IReadOnlyList<(string Arn, IReadOnlyDictionary<string, string>? Tags)> named)
    {
        var action = $"{Service}:{call.Operation}";
        if (call.Operation.StartsWith("Describe", StringComparison.Ordinal))
        {
            yield return new AccessCheck(action, "*");
            yield break;
        }

        var given = call.Parameters.Tags("Tags");
        foreach (var (arn, tags) in made is null ? named : [(call.Elb().Arn(made), null)])
        {
            yield return new AccessCheck(action, arn).On(tags, Service).Giving(given);
        }

        if (given.Count > 0 && call.Operation.StartsWith("Create", StringComparison.Ordinal))
        {
            yield return new AccessCheck($"{Service}:AddTags", made is null ? named[0].Arn : call.Elb().Arn(made)) { Context = new RequestContext().With($"{Service}:CreateAction", call.Operation) }.Giving(given);
        }
    }
}
