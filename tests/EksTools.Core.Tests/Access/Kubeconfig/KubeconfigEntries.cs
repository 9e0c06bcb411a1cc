using EksTools.Core.Access.Kubeconfig;

namespace EksTools.Core.Tests.Access.Kubeconfig;

/// <summary>Entries that tests write.</summary>
internal static class KubeconfigEntries
{
    public const string DemoArn = "arn:aws:eks:us-west-2:111122223333:cluster/demo";

    public static KubeconfigEntry Demo { get; } = new()
    {
        ClusterName = DemoArn,
        Server = "https://ABC.gr7.us-west-2.eks.amazonaws.com",
        CertificateAuthorityData = "TFMwdA==",
        UserName = DemoArn,
        ContextName = "demo",
        Exec = ExecArguments.AwsCli(new ExecTarget { ClusterName = "demo", Region = "us-west-2", ProfileName = "my team" }),
        SetCurrentContext = true,
    };
}
