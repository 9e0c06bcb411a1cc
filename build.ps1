#Requires -Version 7.4
<#
.SYNOPSIS
    Builds, tests, packs or installs EksTools.
.EXAMPLE
    ./build.ps1
    Builds the module into out/EksTools.
.EXAMPLE
    ./build.ps1 -Task Pack
    Builds the package out/packages/EksTools.VERSION.nupkg, with eks-token compiled natively for this platform.
.EXAMPLE
    ./build.ps1 -Task Install
    Builds the same and copies it into the user's module folder.
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Pack', 'Install')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
$arguments = switch ($Task) {
    'Build' { 'build', "$PSScriptRoot/src/EksTools" }
    'Test' { 'test', '--solution', "$PSScriptRoot/EksTools.sln" }
    'Pack' { 'build', "$PSScriptRoot/src/EksTools", '-target:PackModule' }
    'Install' { 'build', "$PSScriptRoot/src/EksTools", '-target:InstallModule' }
}
dotnet @arguments --configuration $Configuration
exit $LASTEXITCODE
