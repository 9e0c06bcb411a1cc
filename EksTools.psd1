@{
    RootModule           = 'EksTools.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '5b0c2f5e-7f0e-4d5b-9a53-0c4d6f3e8a71'
    Author               = 'The EksTools authors'
    CompanyName          = 'EksTools'
    Copyright            = '(c) The EksTools authors. MIT licence.'
    Description          = 'Creates and runs Amazon EKS clusters from PowerShell: clusters with their network, roles, add-ons and nodes from one command, tokens and kubeconfigs without the AWS CLI. Needs PowerShell 7.4 or newer; Windows PowerShell 5.1 is not supported.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('EksTools.Format.ps1xml')
    TypesToProcess       = @('EksTools.Types.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Add-EksIamMapping'
        'Compare-EksCluster'
        'Convert-EksIamMapping'
        'Convert-EksLoadBalancerAnnotation'
        'Convert-EksServiceAccountRole'
        'Export-EksCluster'
        'Get-EksCluster'
        'Get-EksEffectiveAccess'
        'Get-EksIamMapping'
        'Get-EksLoadBalancer'
        'Get-EksLoadBalancerAnnotation'
        'Get-EksLoadBalancerController'
        'Get-EksNode'
        'Get-EksServiceAccountRole'
        'Get-EksToken'
        'Install-EksLoadBalancerController'
        'Install-EksTokenHelper'
        'New-EksCluster'
        'New-EksIamPolicy'
        'New-EksServiceAccountRole'
        'New-EksTrustPolicy'
        'Register-EksOidcProvider'
        'Remove-EksCluster'
        'Remove-EksIamMapping'
        'Remove-EksKubeconfig'
        'Remove-EksLoadBalancerAnnotation'
        'Remove-EksServiceAccountRole'
        'Set-EksCluster'
        'Set-EksLoadBalancerAnnotation'
        'Test-EksIamMapping'
        'Test-EksLoadBalancerAnnotation'
        'Test-EksServiceAccountRole'
        'Test-EksSubnet'
        'Test-EksToken'
        'Undo-EksIamMapping'
        'Update-EksKubeconfig'
        'Wait-EksCluster'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('AWS', 'EKS', 'Kubernetes', 'kubectl', 'kubeconfig', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
