namespace EksTools.Interop.Tests.Secrets;

/// <summary>What an exported cmdlet is driven through, success and failure, while all that it writes is searched for secrets.</summary>
/// <param name="Command">The cmdlet.</param>
/// <param name="Scripts">
/// Run in order, in one session with every stream open, whose keys are a role's. There are the clusters that scripts before have made, and
/// <c>$wrong</c> (a secret key that is nobody's), <c>$kubeconfig</c> (a file with another user's token), <c>$role</c> (one that may be
/// assumed). Secrets come by variables: PowerShell shows a script's own line beside an error.
/// </param>
internal sealed record SecretCase(string Command, params string[] Scripts)
{
    /// <summary>Clusters, tokens and kubeconfigs: one line for each cmdlet, in the order in which they run. Who makes the cluster vault is first, who removes it last.</summary>
    public static IReadOnlyList<SecretCase> Clusters { get; } =
    [
        new("New-EksCluster", "New-EksCluster vault -NoNodeGroup -NatGateway None -KubeconfigPath $kubeconfig", "New-EksCluster vault -NatGateway PerZone", "New-EksCluster other -WhatIf", "New-EksCluster other -SecretKey $wrong"),
        new("Get-EksCluster", "Get-EksCluster", "Get-EksCluster absent", "Get-EksCluster vault -SecretKey $wrong", "Get-EksCluster vault -AccessKey AKIAWRONG -SecretKey $wrong -SessionToken $wrong", "Get-EksCluster vault -Region nowhere.example"),
        new("Wait-EksCluster", "Wait-EksCluster vault", "Wait-EksCluster absent", "Wait-EksCluster vault -SecretKey $wrong"),
        new("Set-EksCluster", "Set-EksCluster vault -ZonalShift -WhatIf", "Set-EksCluster vault -ZonalShift -Tag @{ team = 'x' }", "Set-EksCluster vault -ZonalShift -SecretKey $wrong", "Set-EksCluster absent -ZonalShift"),
        new("Export-EksCluster", "Export-EksCluster vault", "Export-EksCluster absent", "Export-EksCluster vault -SecretKey $wrong", "Export-EksCluster vault -Path ./nowhere/vault.yaml"),
        new("Compare-EksCluster", "Export-EksCluster vault -Path \"$kubeconfig.yaml\"; Compare-EksCluster \"$kubeconfig.yaml\"", "Compare-EksCluster $kubeconfig", "Compare-EksCluster absent.yaml", "Compare-EksCluster \"$kubeconfig.yaml\" -SecretKey $wrong"),
        new("Get-EksNode", "Get-EksNode vault", "Get-EksNode absent", "Get-EksNode vault -SecretKey $wrong"),
        new("Get-EksToken", "Get-EksToken vault", "\"$(Get-EksToken vault)\"", "Get-EksToken vault -RoleArn $role -ExternalId e", "Get-EksToken vault -RoleArn $role -SecretKey $wrong", "Get-EksToken vault -RoleArn $role -SessionToken $wrong", "Get-EksToken vault -RoleArn arn:aws:iam::444455556666:role/theirs", "Get-EksToken vault -ProfileName missing -AccessKey $null", "$null = Get-EksToken vault -AsPlainText", "$null = Get-EksToken vault -RoleArn $role -AsExecCredential", "Get-EksToken vault -RoleArn $role -SecretKey $wrong -AsExecCredential"),
        new("Test-EksToken", "Get-EksToken vault | Test-EksToken", "(Get-EksToken vault -AsPlainText).Token | Test-EksToken", "(Get-EksToken vault -AsPlainText).Token + '=' | Test-EksToken", "(Get-EksToken vault -AsPlainText).Token.Substring(0, 200) | Test-EksToken -Region eu-west-1", "\"{$((Get-EksToken vault -AsPlainText).Token)\" | Test-EksToken", "Test-EksToken $wrong", "Get-EksToken vault | Test-EksToken -Partition aws-cn"),
        new("Update-EksKubeconfig", "Update-EksKubeconfig vault -Path $kubeconfig -WhatIf", "Update-EksKubeconfig vault -Path $kubeconfig -Alias again -UserAlias another -PassThru", "Update-EksKubeconfig vault -Path $kubeconfig -SecretKey $wrong", "Update-EksKubeconfig absent -Path $kubeconfig", "'vault', 'vault' | Update-EksKubeconfig -Path $kubeconfig -ProxyUrl ('http://me:' + $wrong.Replace('/', '') + '@proxy:3128') -PassThru -WhatIf"),
        new("Install-EksTokenHelper", "Install-EksTokenHelper -WhatIf"),
        new("Remove-EksKubeconfig", "Remove-EksKubeconfig vault -Path $kubeconfig -WhatIf", "Remove-EksKubeconfig -Stale -Path $kubeconfig -SecretKey $wrong", "Remove-EksKubeconfig -Alias again -Path $kubeconfig -PassThru", "Remove-EksKubeconfig nobody -Path $kubeconfig"),
        new("Remove-EksCluster", "Remove-EksCluster vault -SecretKey $wrong", "Remove-EksCluster vault -WhatIf", "Remove-EksCluster vault -KubeconfigPath $kubeconfig", "Remove-EksCluster absent"),
    ];

    /// <summary>Who may enter, and what pods may do: the same, with the cluster vault there already.</summary>
    public static IReadOnlyList<SecretCase> Identities { get; } =
    [
        new("Add-EksIamMapping", "Add-EksIamMapping vault $role -AccessPolicy AmazonEKSViewPolicy", "Add-EksIamMapping vault arn:aws:iam::444455556666:role/x/r -Group g -WhatIf", "Add-EksIamMapping vault arn:aws:iam::444455556666:role/x/r -Group g", "Add-EksIamMapping vault arn:aws:iam::444455556666:role/x/s -Group system:masters -Target ConfigMap", "Add-EksIamMapping vault $role -Group g -SecretKey $wrong"),
        new("Get-EksIamMapping", "Get-EksIamMapping vault", "Get-EksIamMapping vault -SecretKey $wrong", "Get-EksIamMapping absent"),
        new("Test-EksIamMapping", "Test-EksIamMapping vault", "Test-EksIamMapping vault -SecretKey $wrong"),
        new("Get-EksEffectiveAccess", "Get-EksEffectiveAccess vault -Verify", "Get-EksEffectiveAccess vault -SecretKey $wrong"),
        new("Convert-EksIamMapping", "Convert-EksIamMapping vault -To AccessEntry -WhatIf", "Convert-EksIamMapping vault -To AccessEntry -SecretKey $wrong"),
        new("Undo-EksIamMapping", "Undo-EksIamMapping vault -WhatIf", "Undo-EksIamMapping vault -Confirm:$false", "Undo-EksIamMapping vault -SecretKey $wrong"),
        new("Remove-EksIamMapping", "Remove-EksIamMapping vault arn:aws:iam::444455556666:role/x/r -PassThru", "Remove-EksIamMapping vault $role", "Remove-EksIamMapping vault $role -SecretKey $wrong"),
        new("Register-EksOidcProvider", "Register-EksOidcProvider vault", "Register-EksOidcProvider vault -SecretKey $wrong"),
        new("New-EksIamPolicy", "New-EksIamPolicy Get-EksCluster, New-EksCluster vault", "New-EksIamPolicy Get-Nothing"),
        new("New-EksTrustPolicy", "Get-EksCluster vault | New-EksTrustPolicy shop/orders", "New-EksTrustPolicy absent shop/orders"),
        new("New-EksServiceAccountRole", "New-EksServiceAccountRole vault kube-system/ebs-csi-controller-sa -WellKnownPolicy EbsCsiController", "New-EksServiceAccountRole vault shop/orders -SecretKey $wrong -WellKnownPolicy EbsCsiController"),
        new("Get-EksServiceAccountRole", "Get-EksServiceAccountRole vault", "Get-EksServiceAccountRole vault -SecretKey $wrong"),
        new("Test-EksServiceAccountRole", "Test-EksServiceAccountRole vault -All", "Test-EksServiceAccountRole vault absent", "Test-EksServiceAccountRole vault -SecretKey $wrong"),
        new("Convert-EksServiceAccountRole", "Convert-EksServiceAccountRole vault kube-system/ebs-csi-controller-sa -To PodIdentity", "Convert-EksServiceAccountRole vault absent -To PodIdentity", "Convert-EksServiceAccountRole vault absent -To PodIdentity -SecretKey $wrong"),
        new("Test-EksLoadBalancerAnnotation", "Test-EksLoadBalancerAnnotation -ClusterName vault", "Test-EksLoadBalancerAnnotation -ClusterName vault -SecretKey $wrong", "Test-EksLoadBalancerAnnotation absent.yaml"),
        new("Get-EksLoadBalancerAnnotation", "Get-EksLoadBalancerAnnotation -ListAvailable", "Get-EksLoadBalancerAnnotation -ClusterName vault -SecretKey $wrong"),
        new("Set-EksLoadBalancerAnnotation", "Set-EksLoadBalancerAnnotation -ClusterName vault -Name absent -Scheme internal", "Set-EksLoadBalancerAnnotation -ClusterName vault -Name * -Scheme internal -SecretKey $wrong"),
        new("Remove-EksLoadBalancerAnnotation", "Remove-EksLoadBalancerAnnotation -ClusterName vault -Name * -Annotation * -WhatIf", "Remove-EksLoadBalancerAnnotation -ClusterName vault -Name * -Annotation * -SecretKey $wrong"),
        new("Convert-EksLoadBalancerAnnotation", "Convert-EksLoadBalancerAnnotation -ClusterName vault -Name * -To Lbc", "Convert-EksLoadBalancerAnnotation -ClusterName vault -Name * -To Lbc -SecretKey $wrong"),
        new("Remove-EksServiceAccountRole", "Remove-EksServiceAccountRole vault kube-system/ebs-csi-controller-sa", "Remove-EksServiceAccountRole vault shop/orders -SecretKey $wrong"),
    ];

    /// <summary>Load balancers and the network they stand in: the same, with the cluster vault there already.</summary>
    public static IReadOnlyList<SecretCase> Networks { get; } =
    [
        new("Get-EksLoadBalancer", "Get-EksLoadBalancer vault", "Get-EksLoadBalancer vault -Orphaned", "Get-EksLoadBalancer absent", "Get-EksLoadBalancer vault -SecretKey $wrong"),
        new("Get-EksLoadBalancerController", "Get-EksLoadBalancerController vault", "Get-EksLoadBalancerController absent", "Get-EksLoadBalancerController vault -SecretKey $wrong"),
        new("Install-EksLoadBalancerController", "Install-EksLoadBalancerController vault -WhatIf", "Install-EksLoadBalancerController vault -HelmPath ./nowhere", "Install-EksLoadBalancerController vault -SecretKey $wrong"),
        new("Test-EksSubnet", "Test-EksSubnet vault", "Test-EksSubnet vault -List", "Test-EksSubnet vault -Fix -WhatIf", "Test-EksSubnet absent", "Test-EksSubnet vault -SecretKey $wrong"),
    ];

    /// <summary>The cases of every cmdlet of the module.</summary>
    public static IReadOnlyList<SecretCase> All { get; } = [.. Clusters, .. Identities, .. Networks];
}
