using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A service that VPCs have endpoints for.</summary>
/// <param name="Name">Such as <c>com.amazonaws.us-west-2.ecr.api</c>.</param>
/// <param name="Type">Interface or Gateway.</param>
/// <param name="PrivateDnsName">The name that leads to an interface endpoint inside its VPC; null for gateways.</param>
/// <param name="PrefixList">The addresses that a gateway endpoint routes; null for interfaces.</param>
internal sealed record VpcEndpointService(string Name, string Type, string? PrivateDnsName, string? PrefixList)
{
    // https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html and gateway-endpoints.html
    private static readonly string[] Interfaces =
    [
        "autoscaling", "cloudformation", "dynamodb", "ec2", "ec2messages", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticfilesystem", "elasticloadbalancing", "kms", "logs", "monitoring", "s3",
        "secretsmanager", "sns", "sqs", "ssm", "ssmmessages", "sts", "xray",
    ];

    private static readonly string[] Gateways = ["dynamodb", "s3"];

    /// <summary>Those of China whose names begin as everywhere else.</summary>
    private static readonly HashSet<string> PlainInChina = ["dynamodb", "s3", "ecr.api", "ecr.dkr"];

    /// <summary>The services of a region.</summary>
    public static IEnumerable<VpcEndpointService> In(Region region)
    {
        string Full(string service) => $"{(region.DnsSuffix.EndsWith(".cn", StringComparison.Ordinal) && !PlainInChina.Contains(service) ? "cn." : "")}com.amazonaws.{region.Name}.{service}";
        string Dns(string service) => service switch
        {
            "ecr.api" => $"api.ecr.{region.Name}.{region.DnsSuffix}",
            "ecr.dkr" => $"*.dkr.ecr.{region.Name}.{region.DnsSuffix}",
            "eks-auth" => $"eks-auth.{region.Name}.api.aws",
            _ => $"{service}.{region.Name}.{region.DnsSuffix}",
        };
        return Interfaces.Select(service => new VpcEndpointService(Full(service), "Interface", Dns(service), null))
            .Concat(Gateways.Select(service => new VpcEndpointService(Full(service), "Gateway", null, service == "s3" ? "pl-68a54001" : "pl-00a54069")));
    }

    /// <summary>DescribeVpcEndpointServices.</summary>
    public static IEnumerable<XElement?> Describe(AwsCall call)
    {
        var region = call.Ec2().Region;
        var (names, filters) = (call.Parameters.Strings("ServiceName"), Filters.Read(call));
        var all = In(region).ToList();
        foreach (var name in names.Where(name => all.All(service => service.Name != name)))
        {
            throw Unknown(name);
        }

        var chosen = all.Where(service => (names.Count == 0 || names.Contains(service.Name)) && filters.All(filter => filter.Values.Any(pattern => Filters.Like(pattern, filter.Name switch
        {
            "service-name" => service.Name,
            "service-type" => service.Type,
            "service-region" => region.Name,
            "owner" => "amazon",
            _ => throw new AwsException("InvalidParameterValue", $"The filter '{filter.Name}' is invalid"),
        })))).ToList();
        return
        [
            ItemValues("serviceNameSet", chosen.Select(service => service.Name).Distinct()),
            .. Filters.Page(call, "serviceDetailSet", chosen, service => new[]
            {
                X("serviceName", service.Name), X("serviceId", $"vpce-svc-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(service.Name + service.Type)))[..17]}"), Items("serviceType", [[X("serviceType", service.Type)]]), X("serviceRegion", region.Name),
                ItemValues("availabilityZoneSet", region.Zones.Select(zone => zone.Name)), X("owner", "amazon"),
                ItemValues("baseEndpointDnsNameSet", [service.PrivateDnsName is null ? service.Name : $"{service.Name.Split('.')[^1]}.{region.Name}.vpce.{region.DnsSuffix}"]),
                X("privateDnsName", service.PrivateDnsName), service.PrivateDnsName is null ? null : Items("privateDnsNameSet", [[X("privateDnsName", service.PrivateDnsName)]]),
                X("vpcEndpointPolicySupported", true), X("acceptanceRequired", false), X("managesVpcEndpoints", false), ItemValues("supportedIpAddressTypeSet", ["ipv4"]), X("tagSet", Array.Empty<XElement?>()),
            }),
        ];
    }

    /// <summary>The refusal of a name that no service has.</summary>
    public static AwsException Unknown(string name) => new("InvalidServiceName", $"The Vpc Endpoint Service '{name}' does not exist");
}
