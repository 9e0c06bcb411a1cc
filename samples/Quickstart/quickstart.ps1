# The main job of EksTools against the offline sandbox. The same lines work against AWS: without the sandbox's keys and
# endpoint in the environment they use your own profile.
param(
    [Parameter(Mandatory)] [string] $ModulePath,
    [Parameter(Mandatory)] [string] $Kubeconfig
)

$ErrorActionPreference = 'Stop'
Import-Module -Name $ModulePath

'== What would be made'
New-EksCluster demo -NodeType t3.medium -KubeconfigPath $Kubeconfig -WhatIf

'== Create the cluster'
$cluster = New-EksCluster demo -NodeType t3.medium -KubeconfigPath $Kubeconfig
$cluster

'== Its nodes'
$cluster | Get-EksNode

'== Its kubeconfig'
$cluster | Update-EksKubeconfig -Path $Kubeconfig -Alias demo -SetCurrentContext -PassThru

'== A token'
$cluster | Get-EksToken

if (Get-Command kubectl -CommandType Application -ErrorAction Ignore) {
    '== kubectl, by way of the exec plugin'
    kubectl --kubeconfig $Kubeconfig get nodes
    if ($LASTEXITCODE -ne 0) { throw "kubectl ended with exit code $LASTEXITCODE." }
}

'== Remove the cluster'
$cluster | Remove-EksCluster -KubeconfigPath $Kubeconfig -Confirm:$false -PassThru
