#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5.0' }

# New-EksCluster: what it refuses before any call, its plan, and the whole job against the sandbox, which needs the .NET SDK.

BeforeDiscovery {
    $noDotnet = -not (Get-Command -Name dotnet -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    $modulePath = Join-Path -Path $PSScriptRoot -ChildPath '../../out/EksTools/EksTools.psd1' -Resolve
    Import-Module -Name $modulePath -ErrorAction Stop
}

AfterAll {
    Remove-Module -Name EksTools -ErrorAction Ignore
}

Describe 'What New-EksCluster refuses before any call' {
    BeforeAll {
        # Nothing listens there: a call would fail with AwsUnreachable.
        $nowhere = @{ Region = 'us-west-2'; AccessKey = 'AKIAIOSFODNN7EXAMPLE'; SecretKey = 'secret'; EndpointUrl = 'http://127.0.0.1:9'; NoKubeconfig = $true }
    }

    It '<Id>' -ForEach @(
        @{ Id = 'InvalidClusterName'; With = @{ ClusterName = '-demo' } }
        @{ Id = 'InvalidKubernetesVersion'; With = @{ KubernetesVersion = 'newest' } }
        @{ Id = 'InvalidVpcCidr'; With = @{ VpcCidr = '10.0.0.0/8' } }
        @{ Id = 'InvalidVpcCidr'; With = @{ VpcCidr = '169.254.0.0/16' } }
        @{ Id = 'InvalidSubnetId'; With = @{ SubnetId = 'subnet-0123456789abcdef0', 'vpc-1' } }
        @{ Id = 'TooFewSubnets'; With = @{ SubnetId = 'subnet-0123456789abcdef0' } }
        @{ Id = 'ContradictoryNetwork'; With = @{ SubnetId = 'subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'; NatGateway = 'Single' } }
        @{ Id = 'InvalidNodeType'; With = @{ NodeType = 'large' } }
        @{ Id = 'InvalidNodeCounts'; With = @{ NodeCount = 2; MinNodes = 3 } }
        @{ Id = 'InvalidNodeCounts'; With = @{ NodeCount = 5; MaxNodes = 4 } }
        @{ Id = 'TooManyNodes'; With = @{ MaxNodes = 451 } }
        @{ Id = 'InvalidNodeDiskSize'; With = @{ NodeDiskSize = 10 } }
        @{ Id = 'ContradictoryNodes'; With = @{ NoNodeGroup = $true; Spot = $true } }
        @{ Id = 'ReservedTag'; With = @{ Tag = @{ 'aws:team' = 'a' } } }
        @{ Id = 'InvalidTimeout'; With = @{ Timeout = [timespan]::Zero } }
    ) {
        $arguments = @{ ClusterName = 'demo' } + $nowhere
        foreach ($key in $With.Keys) {
            $arguments[$key] = $With[$key]
        }

        { EksTools\New-EksCluster @arguments -ErrorAction Stop } | Should -Throw -ErrorId "$Id,EksTools.Commands.NewEksClusterCommand"
    }
}

Describe 'Against the sandbox' -Skip:$noDotnet {
    BeforeAll {
        # A skipped block may still run this.
        if (-not (Get-Command -Name dotnet -CommandType Application -ErrorAction Ignore)) {
            return
        }

        $root = Join-Path -Path $PSScriptRoot -ChildPath '../..' -Resolve
        $output = Join-Path -Path $TestDrive -ChildPath 'sandbox.txt'
        $start = @{
            FilePath               = 'dotnet'
            ArgumentList           = 'run', '--project', 'src/EksTools.Sandbox', '--', '--port', '0', '--speed', '300', '--environment', 'pwsh'
            WorkingDirectory       = $root
            RedirectStandardOutput = $output
            RedirectStandardError  = Join-Path -Path $TestDrive -ChildPath 'sandbox-errors.txt'
            PassThru               = $true
        }
        $sandbox = Start-Process @start
        $patience = [Diagnostics.Stopwatch]::StartNew()
        do {
            Start-Sleep -Milliseconds 200
            $text = Get-Content -Path $output -Raw -ErrorAction Ignore
            if ($sandbox.HasExited -or $patience.Elapsed.TotalMinutes -gt 5) {
                throw "The sandbox did not start: $text $(Get-Content -Path $start.RedirectStandardError -Raw)"
            }
        } until ($text -match '(?m)^\$env:AWS_DEFAULT_REGION = ')

        $settings = @{}
        foreach ($match in [regex]::Matches($text, "(?m)^\`$env:(\w+) = '([^']*)'")) {
            $settings[$match.Groups[1].Value] = $match.Groups[2].Value
        }

        $endpoint = $settings.AWS_ENDPOINT_URL
        $there = @{
            Region      = $settings.AWS_REGION
            AccessKey   = $settings.AWS_ACCESS_KEY_ID
            SecretKey   = $settings.AWS_SECRET_ACCESS_KEY
            EndpointUrl = $endpoint
        }
        $kubeconfig = Join-Path -Path $TestDrive -ChildPath 'kubeconfig'
    }

    AfterAll {
        # dotnet run has a child; both go.
        if ($sandbox -and -not $sandbox.HasExited) {
            $sandbox.Kill($true)
            $sandbox.WaitForExit()
        }
    }

    It 'writes the plan with -WhatIf and changes nothing' {
        $plan = EksTools\New-EksCluster rehearsal @there -KubeconfigPath $kubeconfig -WhatIf
        $plan | Should -Not -BeNullOrEmpty
        $plan.Step | Should -Contain 'control-plane'
        ($plan | Where-Object Step -EQ 'control-plane').Billed | Should -BeTrue
        $plan.Outcome | Sort-Object -Unique | Should -Be 'Planned'

        (Invoke-RestMethod -Uri "$endpoint/_sandbox/requests").operation | Should -Not -Match '^(Create|Delete|Attach|Allocate|Modify|Run|Tag)'
        EksTools\Get-EksCluster @there | Should -BeNullOrEmpty
        $kubeconfig | Should -Not -Exist
    }

    It 'says which cluster is not there' {
        { EksTools\Get-EksCluster nobody @there -ErrorAction Stop } | Should -Throw -ErrorId 'ClusterNotFound,EksTools.Commands.GetEksClusterCommand'
    }

    It 'creates a cluster, lists its nodes and removes it' {
        $cluster = EksTools\New-EksCluster rehearsal @there -NodeType t3.medium -KubeconfigPath $kubeconfig -WarningAction SilentlyContinue -ErrorAction Stop
        $cluster.Status | Should -Be 'ACTIVE'
        $cluster.Managed | Should -BeTrue
        $kubeconfig | Should -Exist

        # By property name: a region in @there would hide the piped one.
        $keys = @{ AccessKey = $there.AccessKey; SecretKey = $there.SecretKey; EndpointUrl = $endpoint }
        $nodes = $cluster | Get-EksNode @keys -ErrorAction Stop
        @($nodes).Count | Should -Be 2
        $nodes.Status | Sort-Object -Unique | Should -Be 'Ready'

        $removal = $cluster | EksTools\Remove-EksCluster @keys -KubeconfigPath $kubeconfig -Confirm:$false -PassThru -ErrorAction Stop
        $removal.Remaining | Should -BeNullOrEmpty
        EksTools\Get-EksCluster @there | Should -BeNullOrEmpty
    }
}
