namespace EksTools.Tests.Permissions;

/// <summary>What a cmdlet is driven through with exactly the permissions that New-EksIamPolicy gives it.</summary>
/// <param name="Command">The cmdlet.</param>
/// <param name="Acts">Each in a sandbox of its own: what the administrator does before, and what the role does.</param>
internal sealed record PermissionCase(string Command, params (string Before, string Script)[] Acts)
{
    // The role enters the cluster as its administrator; Kubernetes' permissions are another matter.
    private const string Cluster = "New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig; Add-EksIamMapping demo arn:aws:iam::111122223333:role/operator -AccessPolicy AmazonEKSClusterAdminPolicy";
    private const string Nodes = "New-EksCluster demo -NatGateway None -NoKubeconfig; Add-EksIamMapping demo arn:aws:iam::111122223333:role/operator -AccessPolicy AmazonEKSClusterAdminPolicy";
    private const string Account = "arn:aws:iam::111122223333:root";

    /// <summary>What is asked for in rare circumstances only, with the circumstance; another run or another test sees each of them.</summary>
    public static IReadOnlyDictionary<string, string> Rare { get; } = new Dictionary<string, string>();

    public static IReadOnlyList<PermissionCase> All { get; } =
    [
        new("Get-EksCluster", (Cluster, "EksTools\\Get-EksCluster; EksTools\\Get-EksCluster demo; EksTools\\Get-EksCluster -AllRegion")),
        new("Wait-EksCluster", (Nodes, "Wait-EksCluster demo; Wait-EksCluster demo -For NodesReady")),
        new("Get-EksNode", (Nodes, "Get-EksNode demo")),
        new("Update-EksKubeconfig", (Cluster, "Update-EksKubeconfig demo -Path $kubeconfig")),
        new("Remove-EksKubeconfig", (Cluster + "; Update-EksKubeconfig demo -Path $kubeconfig", "Remove-EksKubeconfig -Stale -Path $kubeconfig")),
        new("New-EksCluster",
            ("", "EksTools\\New-EksCluster demo -NatGateway PerZone -LogType api; EksTools\\New-EksCluster demo -NatGateway PerZone -LogType api"),
            ("", "EksTools\\New-EksCluster demo -NoKubeconfig -Spot")),
        new("Remove-EksCluster",
            ("New-EksCluster demo -NatGateway PerZone -NoKubeconfig; New-EksServiceAccountRole demo a -Mode Irsa -WellKnownPolicy ExternalDns, VpcCni", "EksTools\\Remove-EksCluster demo -Confirm:$false")),
        new("Register-EksOidcProvider", (Cluster, "Register-EksOidcProvider demo")),
        new("New-EksServiceAccountRole",
            (Cluster, "New-EksServiceAccountRole demo a -Mode Irsa -WellKnownPolicy ExternalDns, VpcCni; New-EksServiceAccountRole demo a, b -Mode PodIdentity; New-EksServiceAccountRole demo b -Mode PodIdentity -MaxSessionDuration 02:00:00 -Tag @{ team = 'x' }")),
        new("Get-EksServiceAccountRole", (Cluster + "; New-EksServiceAccountRole demo a -Mode Irsa; New-EksServiceAccountRole demo b -Mode PodIdentity", "Get-EksServiceAccountRole demo")),
        new("Test-EksServiceAccountRole", (Cluster + "; New-EksServiceAccountRole demo a -Mode Irsa; New-EksServiceAccountRole demo b -Mode PodIdentity", "Test-EksServiceAccountRole demo; Test-EksServiceAccountRole demo -All")),
        new("Convert-EksServiceAccountRole", (Cluster + "; New-EksServiceAccountRole demo a -Mode Irsa", "Convert-EksServiceAccountRole demo a -To PodIdentity")),
        new("Remove-EksServiceAccountRole", (Cluster + "; New-EksServiceAccountRole demo a -Mode Irsa -WellKnownPolicy ExternalDns, VpcCni; New-EksServiceAccountRole demo b -Mode PodIdentity; New-EksServiceAccountRole demo c, d -RoleName ekstools-demo-us-west-2-shared -Mode PodIdentity", "Remove-EksServiceAccountRole demo a -Confirm:$false; Remove-EksServiceAccountRole demo b -Confirm:$false; Remove-EksServiceAccountRole demo c -Confirm:$false")),
        new("Get-EksIamMapping", (Cluster, "Get-EksIamMapping demo")),
        new("Add-EksIamMapping", (Nodes, $$"""
            Add-EksIamMapping demo arn:aws:iam::111122223333:role/One -AccessPolicy AmazonEKSViewPolicy -Tag @{ a = 'b' }
            Add-EksIamMapping demo arn:aws:iam::111122223333:role/One -AccessPolicy AmazonEKSEditPolicy -Group h -Tag @{ a = 'c' }
            Add-EksIamMapping demo arn:aws:iam::111122223333:user/alice -Group g
            1..30 | ForEach-Object { "arn:aws:iam::111122223333:role/Role$_" } | Add-EksIamMapping demo -Group g
            """)),
        new("Remove-EksIamMapping", (Nodes + "; Add-EksIamMapping demo arn:aws:iam::111122223333:role/One, arn:aws:iam::111122223333:user/alice -Group g", "Remove-EksIamMapping demo arn:aws:iam::111122223333:role/One, arn:aws:iam::111122223333:user/alice")),
        new("Test-EksIamMapping", (Nodes + "; Add-EksIamMapping demo arn:aws:iam::111122223333:role/One, arn:aws:iam::111122223333:user/alice -Group g", "$null = Test-EksIamMapping demo")),
        new("Get-EksEffectiveAccess", (Nodes + "; Add-EksIamMapping demo arn:aws:iam::111122223333:role/One, arn:aws:iam::111122223333:user/alice -Group g", "$null = Get-EksEffectiveAccess demo; $null = Get-EksEffectiveAccess demo arn:aws:iam::111122223333:role/One")),
        new("Convert-EksIamMapping", (Nodes.Replace("-NoKubeconfig", "-NoKubeconfig -AuthenticationMode CONFIG_MAP", StringComparison.Ordinal), "$null = Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -Force")),
        new("Undo-EksIamMapping", (Nodes + "; Add-EksIamMapping demo arn:aws:iam::111122223333:role/One -Group g -Target ConfigMap", "Undo-EksIamMapping demo -Confirm:$false")),
    ];
}
