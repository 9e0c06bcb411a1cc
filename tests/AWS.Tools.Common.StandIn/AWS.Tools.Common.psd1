@{
    RootModule         = 'AWS.Tools.Common.dll'
    ModuleVersion      = '4.1.0'
    GUID               = 'd1f2b8d6-9d43-4a8b-8a1f-5b4c0b1c9a77'
    RequiredAssemblies = @('AWSSDK.Core.dll', 'YamlDotNet.dll')
    CmdletsToExport    = @('Get-AWSCredential', 'Set-AWSCredential', 'Set-DefaultAWSRegion', 'Get-StandInAssembly')
    FunctionsToExport  = @()
    AliasesToExport    = @()
    VariablesToExport  = @()
}
