using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.CertificateManager;
using EksTools.Sandbox.CloudWatchLogs;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Eks;
using EksTools.Sandbox.EksAuth;
using EksTools.Sandbox.ElasticLoadBalancing;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.KeyManagement;
using EksTools.Sandbox.Sts;

namespace EksTools.Sandbox.Protocols;

/// <summary>Which operation of which service a request asks for.</summary>
internal sealed class Route
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, QueryOperation>> QueryServices = new()
    {
        ["ec2"] = Ec2Service.Operations,
        ["iam"] = IamService.Operations,
        ["sts"] = StsService.Operations,
        ["elb"] = ElbServices.Classic,
        ["elbv2"] = ElbServices.Second,
    };

    private static readonly Dictionary<string, IReadOnlyList<JsonRoute>> JsonServices = new()
    {
        ["eks"] = EksService.Routes,
        [EksAuthService.Name] = EksAuthService.Routes,
    };

    /// <summary>Services of the JSON protocol 1.1: everything is posted to <c>/</c>, and a header names the operation behind the prefix.</summary>
    private static readonly Dictionary<string, (string Prefix, IReadOnlyDictionary<string, JsonOperation> Operations)> TargetServices = new()
    {
        [LogsService.Name] = (LogsService.Target, LogsService.Operations),
        [AcmService.Name] = (AcmService.Target, AcmService.Operations),
        [KmsService.Name] = (KmsService.Target, KmsService.Operations),
    };

    private readonly WireRequest _request;
    private readonly AwsAccount _account;
    private readonly QueryParameters _parameters = new();
    private readonly JsonRoute? _json;
    private readonly IReadOnlyDictionary<string, string> _path = new Dictionary<string, string>();

    public Route(WireRequest request, AwsAccount account)
    {
        _request = request;
        _account = account;
        IReadOnlyList<KeyValuePair<string, string>> form = request.Header("content-type")?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true
            ? WireRequest.ParsePairs(request.Text, plusIsSpace: true) : [];
        string? Parameter(string name) => form.Concat(request.Query).Where(pair => pair.Key == name).Select(pair => pair.Value).FirstOrDefault();

        Service = FindService(request) ?? Parameter("Version") switch
        {
            "2011-06-15" => "sts",
            "2010-05-08" => "iam",
            "2016-11-15" => "ec2",
            ElbServices.ClassicVersion or ElbServices.SecondVersion => ElbServices.SigningName,
            _ => TargetServices.FirstOrDefault(service => Target(request).StartsWith(service.Value.Prefix + ".", StringComparison.Ordinal)).Key ?? "eks",
        };

        // Two services sign with one name; only the version tells which is meant.
        Service = Service != ElbServices.SigningName ? Service : Parameter("Version") == ElbServices.ClassicVersion ? "elb" : "elbv2";
        if (JsonServices.TryGetValue(Service, out var routes))
        {
            foreach (var route in routes)
            {
                if (route.Match(request.Method, request.RawPath) is { } path)
                {
                    (_json, _path, Name) = (route, path, route.Name);
                    break;
                }
            }
        }
        else if (TargetServices.TryGetValue(Service, out var target))
        {
            var named = Target(request);
            Name = named.StartsWith(target.Prefix + ".", StringComparison.Ordinal) ? named[(target.Prefix.Length + 1)..] : "";
        }
        else
        {
            _parameters = QueryParameters.Parse(form.Concat(request.Query));
            Name = Parameter("Action") ?? "";
        }
    }

    /// <summary>The service's signing name; for the two that share one, the AWS CLI's.</summary>
    public string Service { get; }

    /// <summary>The operation's name; empty when the request names none.</summary>
    public string Name { get; } = "";

    /// <summary>The region of the credential scope, verified or not.</summary>
    public string Region { get; private set; } = "";

    /// <summary>Whether the operation takes no signature: what it is given speaks for the caller.</summary>
    public bool IsUnsigned => Service == "sts" && Name == WebIdentity.Operation;

    /// <summary>The region that the host of an unsigned request names, such as sts.us-west-2.amazonaws.com; the account's own when it names none.</summary>
    public string HostRegion => _request.Header("host")?.Split('.') is [_, var region, ..] && _account.HasRegion(region) ? region : _account.Home.Name;

    /// <summary>STS takes presigned GetCallerIdentity requests for fifteen minutes, whatever they say themselves.</summary>
    public TimeSpan? PresignedLife => Service == "sts" && Name == "GetCallerIdentity" ? TimeSpan.FromMinutes(15) : null;

    /// <summary>Every operation that is served, as <c>service:Operation</c>.</summary>
    public static IReadOnlyList<string> Served { get; } =
        [.. JsonServices.SelectMany(service => service.Value.Select(route => $"{service.Key}:{route.Name}")), .. TargetServices.SelectMany(service => service.Value.Operations.Keys.Select(name => $"{service.Key}:{name}")), .. QueryServices.SelectMany(service => service.Value.Keys.Select(name => $"{service.Key}:{name}"))];

    /// <summary>The call of an authenticated caller; refuses what is not served.</summary>
    public AwsCall ToCall(Principal caller, string region)
    {
        Region = region;
        var call = new AwsCall { Account = _account, Caller = caller, Region = region, Operation = Name, Parameters = _parameters, Path = _path, Query = _request.Query };
        if (JsonServices.ContainsKey(Service))
        {
            return _json is null ? throw new AwsException("UnknownOperationException", $"The sandbox does not serve {_request.Method} {_request.RawPath} of {Service}.", 404) : call with { Body = ReadBody() };
        }

        if (TargetServices.TryGetValue(Service, out var target))
        {
            return target.Operations.ContainsKey(Name) ? call with { Body = ReadBody() } : throw new AwsException("UnknownOperationException", $"The sandbox does not serve '{_request.Header("x-amz-target")}'.");
        }

        return !QueryServices.TryGetValue(Service, out var operations) ? throw new AwsException("InvalidAction", $"The sandbox does not serve '{Service}'.")
            : operations.ContainsKey(Name) ? call
            : throw new AwsException("InvalidAction", Name.Length == 0 ? "The request names no action." : $"Could not find operation {Name}: the sandbox does not serve it.");
    }

    /// <summary>Runs the operation.</summary>
    public AwsReply Run(AwsCall call) => _json is not null ? AwsReply.Json(_json.Run(call))
        : TargetServices.TryGetValue(Service, out var target) ? AwsReply.Target(target.Operations[Name](call))
        : AwsReply.Query(Service, Name, [.. QueryServices[Service][Name](call)]);

    private static string? FindService(WireRequest request)
    {
        try
        {
            return SignatureVerifier.FindService(request) is { Length: > 0 } service ? service : null;
        }
        catch (AuthenticationError)
        {
            // Verification says it again, in the form of the service that the parameters name.
            return null;
        }
    }

    private static string Target(WireRequest request) => request.Header("x-amz-target") ?? "";

    private JsonObject ReadBody()
    {
        if (_request.Body.Length == 0)
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(_request.Body) as JsonObject ?? throw new JsonException("The body is no object.");
        }
        catch (JsonException error)
        {
            throw new AwsException("SerializationException", error.Message);
        }
    }
}
