using System.Security.Cryptography;
using EksTools.Sandbox.CertificateManager;
using EksTools.Sandbox.CloudWatchLogs;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Eks;
using EksTools.Sandbox.ElasticLoadBalancing;
using EksTools.Sandbox.Faults;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.KeyManagement;

namespace EksTools.Sandbox.Account;

/// <summary>One AWS account: its keys, its IAM, and what it has in each region. Everything in it is read and changed under <see cref="Gate"/>.</summary>
internal sealed class AwsAccount : IAsyncDisposable
{
    private readonly Dictionary<string, Ec2Region> _ec2 = [];
    private readonly Dictionary<string, EksRegion> _eks = [];
    private readonly Dictionary<string, ElbRegion> _elb = [];
    private readonly Dictionary<string, LogsRegion> _logs = [];
    private readonly Dictionary<string, List<Certificate>> _certificates = [];
    private readonly Dictionary<string, List<KmsKey>> _keys = [];

    public AwsAccount(SandboxOptions options)
    {
        Options = options;
        Home = Account.Region.Find(options.Region) ?? throw new ArgumentException($"The sandbox knows no region '{options.Region}'; take one such as us-west-2.", nameof(options));
        Schedule = new Schedule(options.Time, Gate);
        var arn = $"arn:{Partition}:iam::{Id}:user/Administrator";
        Administrator = Credentials.AddPermanent(new Principal(arn, Credentials.NewId("AIDA"), arn));
        Iam = new IamState(this);
    }

    /// <summary>What the sandbox was started with.</summary>
    public SandboxOptions Options { get; }

    /// <summary>What goes wrong.</summary>
    public SandboxFaults Faults { get; } = new();

    /// <summary>The lock over everything in the account.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What will happen later.</summary>
    public Schedule Schedule { get; }

    /// <summary>The key pairs.</summary>
    public Credentials Credentials { get; } = new();

    /// <summary>The administrator's key pair.</summary>
    public AccessKey Administrator { get; }

    /// <summary>IAM.</summary>
    public IamState Iam { get; private set; }

    /// <summary>The twelve digits.</summary>
    public string Id => Options.AccountId;

    /// <summary>The region of the options.</summary>
    public Region Home { get; }

    /// <summary>The partition, such as <c>aws</c>.</summary>
    public string Partition => Home.Partition;

    /// <summary>The sandbox's own address, known once it listens.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Now, or the moment of the event that is happening.</summary>
    public DateTimeOffset Now => Schedule.Now;

    /// <summary>Whether the partition has the region.</summary>
    public bool HasRegion(string name) => Account.Region.Find(name)?.Partition == Partition;

    /// <summary>EC2 in a region.</summary>
    public Ec2Region Ec2(string region) => _ec2.TryGetValue(region, out var state) ? state : _ec2[region] = new Ec2Region(this, Account.Region.Find(region)!);

    /// <summary>EKS in a region.</summary>
    public EksRegion Eks(string region) => _eks.TryGetValue(region, out var state) ? state : _eks[region] = new EksRegion(this, Account.Region.Find(region)!);

    /// <summary>Elastic Load Balancing in a region.</summary>
    public ElbRegion Elb(string region) => _elb.TryGetValue(region, out var state) ? state : _elb[region] = new ElbRegion(this, Account.Region.Find(region)!);

    /// <summary>CloudWatch Logs in a region.</summary>
    public LogsRegion Logs(string region) => _logs.TryGetValue(region, out var state) ? state : _logs[region] = new LogsRegion(this, Account.Region.Find(region)!);

    /// <summary>The certificates of AWS Certificate Manager in a region.</summary>
    public List<Certificate> Certificates(string region) => _certificates.TryGetValue(region, out var state) ? state : _certificates[region] = [];

    /// <summary>The customer's keys of KMS in a region.</summary>
    public List<KmsKey> Keys(string region) => _keys.TryGetValue(region, out var state) ? state : _keys[region] = [new KmsKey(this, region, KmsService.ExampleKey)];

    /// <summary>EKS in every region that was used.</summary>
    public IEnumerable<EksRegion> EksRegions => _eks.Values;

    /// <summary>EC2 in every region that was used.</summary>
    public IEnumerable<Ec2Region> Ec2Regions => _ec2.Values;

    private IEnumerable<Cluster> Clusters => _eks.Values.SelectMany(region => region.Clusters.Values);

    /// <summary>The cluster that signs with an issuer, in whatever region; null when it is gone.</summary>
    public Cluster? FindIssuer(string url) => Clusters.FirstOrDefault(cluster => cluster.OidcIssuer == url);

    /// <summary>The cluster whose issuer ends in an id; null when it is gone.</summary>
    public Cluster? FindIssuerById(string id) => Clusters.FirstOrDefault(cluster => cluster.OidcId == id);

    /// <summary>A duration at the sandbox's speed.</summary>
    public TimeSpan Scale(TimeSpan duration) => duration / Options.Speed;

    /// <summary>Lets something happen after a duration at the sandbox's speed.</summary>
    public void After(TimeSpan duration, Action happen, Task? before = null) => Schedule.After(Scale(duration), happen, before);

    /// <summary>An EC2 id: the prefix and 17 hexadecimal digits.</summary>
    public static string NewId(string prefix) => $"{prefix}-{RandomNumberGenerator.GetHexString(17, lowercase: true)}";

    /// <summary>An ARN in this account.</summary>
    public string Arn(string service, string region, string resource) => $"arn:{Partition}:{service}:{region}:{Id}:{resource}";

    /// <summary>Empties the account; the administrator's keys stay.</summary>
    public async Task ResetAsync()
    {
        IReadOnlyList<EksRegion> old;
        lock (Gate)
        {
            Schedule.Clear();
            old = [.. _eks.Values];
            _eks.Clear();
            _ec2.Clear();
            _elb.Clear();
            _logs.Clear();
            _certificates.Clear();
            Iam = new IamState(this);
            Credentials.RemoveAllBut(Administrator);
        }

        foreach (var region in old)
        {
            await region.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Schedule.Dispose();
        foreach (var region in _eks.Values)
        {
            await region.DisposeAsync();
        }
    }
}
