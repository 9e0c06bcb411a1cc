#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5.0' }

# The module as a user meets it: import, exports, help and completion. Needs a build (./build.ps1) and no network.

BeforeDiscovery {
    $manifest = Import-PowerShellDataFile -Path (Join-Path -Path $PSScriptRoot -ChildPath '../../EksTools.psd1')
    $cmdlets = $manifest.CmdletsToExport
}

BeforeAll {
    $modulePath = Join-Path -Path $PSScriptRoot -ChildPath '../../out/EksTools/EksTools.psd1' -Resolve
    $declared = Import-PowerShellDataFile -Path $modulePath
    Import-Module -Name $modulePath -ErrorAction Stop
}

AfterAll {
    Remove-Module -Name EksTools -ErrorAction Ignore
}

Describe 'Import' {
    It 'works again with -Force' {
        { Import-Module -Name $modulePath -Force -ErrorAction Stop } | Should -Not -Throw
        { Import-Module -Name $modulePath -Force -ErrorAction Stop } | Should -Not -Throw
        @(Get-Module -Name EksTools).Count | Should -Be 1
        (Get-EksToken demo -Region us-west-2 -AccessKey AKIAIOSFODNN7EXAMPLE -SecretKey secret).ClusterName | Should -Be 'demo'
    }

    It 'says nothing in a fresh process and loads no third-party assembly' {
        $pwsh = (Get-Process -Id $PID).Path
        $script = "Import-Module '$($modulePath -replace "'", "''")' 3>&1 4>&1 6>&1; " +
            "[AppDomain]::CurrentDomain.GetAssemblies().GetName().Name -match '^(AWSSDK|YamlDotNet|KubernetesClient|EksTools\.Core)'"
        $output = & $pwsh -NoLogo -NoProfile -NonInteractive -Command $script
        $LASTEXITCODE | Should -Be 0
        $output | Should -BeNullOrEmpty
    }
}

Describe 'Exports' {
    It 'are the cmdlets of the manifest and nothing else' {
        $module = Get-Module -Name EksTools
        $module.ExportedCmdlets.Keys | Sort-Object | Should -Be ($declared.CmdletsToExport | Sort-Object)
        $module.ExportedFunctions.Count + $module.ExportedAliases.Count + $module.ExportedVariables.Count | Should -Be 0
    }

    It 'have the version of the assembly' {
        $assembly = (Get-Module -Name EksTools).ImplementingAssembly ?? (Get-Command -Name EksTools\Get-EksToken).ImplementingType.Assembly
        $assembly.GetName().Version.ToString(3) | Should -Be $declared.ModuleVersion
    }

    It '<_> has an approved verb and an output type' -ForEach $cmdlets {
        $command = Get-Command -Name "EksTools\$_"
        (Get-Verb).Verb | Should -Contain $command.Verb
        $command.OutputType | Should -Not -BeNullOrEmpty
    }
}

Describe 'Help of <_>' -ForEach $cmdlets {
    BeforeAll {
        $name = $_
        $help = Get-Help -Name "EksTools\$name" -Full
    }

    It 'has a synopsis, a description and examples' {
        $help.Synopsis | Should -Not -Match "^\s*$name" -Because 'PowerShell shows the syntax there when no help is found'
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Description.Text -join '' | Should -Not -BeNullOrEmpty
        @($help.Examples.Example).Count | Should -BeGreaterThan 0
    }

    It 'describes every parameter' {
        foreach ($parameter in $help.Parameters.Parameter) {
            $parameter.Description.Text -join '' | Should -Not -BeNullOrEmpty -Because "-$($parameter.Name) is a parameter"
        }
    }
}

Describe 'About topics' {
    It '<_> is found' -ForEach 'about_EksTools', 'about_EksTools_Authentication', 'about_EksTools_AwsTools', 'about_EksTools_Errors', 'about_EksTools_ExecPlugin', 'about_EksTools_Sandbox' {
        Get-Help -Name $_ | Out-String | Should -Match $_
    }
}

Describe 'Views' {
    It 'show a finding as text that fits a narrow window' {
        $file = Join-Path -Path $TestDrive -ChildPath 'web.yaml'
        $lines = 'apiVersion: v1', 'kind: Service', 'metadata:', '  name: web', '  annotations:', '    service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled: true', 'spec: { type: LoadBalancer }'
        Set-Content -Path $file -Value $lines
        $text = Test-EksLoadBalancerAnnotation -Path $file -Controller Lbc | Out-String -Width 80
        $text | Should -Match 'Error ValueNotText: web\.yaml, line 6: Service web'
        $text | Should -Match 'Fix: Set-EksLoadBalancerAnnotation'
    }

    It 'show a policy as its document' {
        New-EksIamPolicy -Cmdlet Get-EksCluster -AccountId 111122223333 -Region us-west-2 | Out-String | Should -Match '"eks:DescribeCluster"'
    }
}

Describe 'Completion' {
    BeforeAll {
        function Get-Completion {
            param([string] $Line)
            (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches.CompletionText
        }

        $before = $env:AWS_CONFIG_FILE, $env:AWS_SHARED_CREDENTIALS_FILE
        $env:AWS_CONFIG_FILE = Join-Path -Path $TestDrive -ChildPath 'config'
        $env:AWS_SHARED_CREDENTIALS_FILE = Join-Path -Path $TestDrive -ChildPath 'credentials'
        Set-Content -Path $env:AWS_CONFIG_FILE -Value "[profile build]`nregion = eu-west-1`n[profile 'two words']`nregion = eu-west-1"
    }

    AfterAll {
        $env:AWS_CONFIG_FILE, $env:AWS_SHARED_CREDENTIALS_FILE = $before
    }

    It 'knows regions' {
        Get-Completion 'Get-EksToken demo -Region us-west' | Should -Contain 'us-west-2'
    }

    It 'knows profiles' {
        Get-Completion 'Get-EksToken demo -ProfileName bui' | Should -Contain 'build'
    }

    It 'knows Kubernetes versions' {
        Get-Completion 'EksTools\New-EksCluster demo -KubernetesVersion 1.3' | Should -Not -BeNullOrEmpty
    }

    It 'knows log types and exec commands' {
        Get-Completion 'EksTools\New-EksCluster demo -LogType au' | Should -Be 'audit', 'authenticator'
        Get-Completion 'Update-EksKubeconfig demo -ExecCommand Na' | Should -Be 'Native'
    }
}
