#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5.0' }

# Tokens are signed offline: dummy keys will do, and no network is asked.

BeforeAll {
    $modulePath = Join-Path -Path $PSScriptRoot -ChildPath '../../out/EksTools/EksTools.psd1' -Resolve
    Import-Module -Name $modulePath -ErrorAction Stop

    $names = 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION',
        'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_EC2_METADATA_DISABLED', 'KUBERNETES_EXEC_INFO'
    $before = @{}
    foreach ($name in $names) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $null)
    }

    $env:AWS_ACCESS_KEY_ID = 'AKIAIOSFODNN7EXAMPLE'
    $env:AWS_SECRET_ACCESS_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
    $env:AWS_REGION = 'us-west-2'
    $env:AWS_CONFIG_FILE = Join-Path -Path $TestDrive -ChildPath 'config'
    $env:AWS_SHARED_CREDENTIALS_FILE = Join-Path -Path $TestDrive -ChildPath 'credentials'
    $env:AWS_EC2_METADATA_DISABLED = 'true'
}

AfterAll {
    foreach ($name in $before.Keys) {
        [Environment]::SetEnvironmentVariable($name, $before[$name])
    }

    Remove-Module -Name EksTools -ErrorAction Ignore
}

Describe 'Get-EksToken' {
    It 'hides the token in a SecureString' {
        $token = Get-EksToken demo
        $token.Token | Should -BeOfType ([securestring])
        $token.ClusterName | Should -Be 'demo'
        $token.Region | Should -Be 'us-west-2'
        $token.Expiration | Should -BeGreaterThan ([DateTimeOffset]::UtcNow.AddMinutes(13))
        $token.Expiration | Should -BeLessThan ([DateTimeOffset]::UtcNow.AddMinutes(15))
        "$token" | Should -Not -Match 'k8s-aws-v1'
        $token | Out-String | Should -Not -Match 'k8s-aws-v1'
    }

    It 'gives text with -AsPlainText: a presigned URL for the STS host of the region' {
        $token = (Get-EksToken demo -AsPlainText).Token
        $token | Should -BeOfType ([string])
        $token | Should -MatchExactly '^k8s-aws-v1\.[A-Za-z0-9_-]+$'
        $base64 = $token.Substring(11).Replace('-', '+').Replace('_', '/')
        $url = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($base64.PadRight([Math]::Ceiling($base64.Length / 4) * 4, '=')))
        $url | Should -Match '^https://sts\.us-west-2\.amazonaws\.com/\?'
        $url | Should -Match 'x-k8s-aws-id'
    }

    It 'takes names from the pipeline' {
        ('one', 'two' | Get-EksToken).ClusterName | Should -Be 'one', 'two'
        ([pscustomobject]@{ Name = 'three'; Region = 'eu-west-1' } | Get-EksToken).Region | Should -Be 'eu-west-1'
    }

    It 'works with Invoke-RestMethod -Authentication Bearer -Token' {
        $probe = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $probe.Start()
        $url = "http://127.0.0.1:$($probe.LocalEndpoint.Port)/"
        $probe.Stop()
        $listener = [System.Net.HttpListener]::new()
        $listener.Prefixes.Add($url)
        $listener.Start()
        try {
            $secure = (Get-EksToken demo).Token
            $client = Start-ThreadJob { Invoke-RestMethod -Uri $using:url -Authentication Bearer -Token $using:secure -AllowUnencryptedAuthentication }
            $request = $listener.GetContextAsync()
            $request.Wait(10000) | Should -BeTrue
            $request.Result.Request.Headers['Authorization'] | Should -MatchExactly '^Bearer k8s-aws-v1\.[A-Za-z0-9_-]+$'
            $request.Result.Response.Close()
            $client | Receive-Job -Wait -AutoRemoveJob
        }
        finally {
            $listener.Close()
        }
    }

    It 'refuses what cannot be a name, once, and goes on' {
        $token = 'not a name', 'demo' | Get-EksToken -ErrorAction SilentlyContinue -ErrorVariable problems
        $token.ClusterName | Should -Be 'demo'
        @($problems).Count | Should -Be 1
        $problems[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
    }
}

Describe 'Get-EksToken -AsExecCredential in a process of its own' {
    BeforeAll {
        $pwsh = (Get-Process -Id $PID).Path
        $import = "Import-Module '$($modulePath -replace "'", "''")' -ErrorAction Stop;"
        $noise = '$VerbosePreference = $WarningPreference = $InformationPreference = "Continue";'
    }

    It 'writes one JSON document, whatever the preferences' {
        $output = @(& $pwsh -NoLogo -NoProfile -NonInteractive -Command "$import $noise EksTools\Get-EksToken -ClusterName demo -AsExecCredential")
        $LASTEXITCODE | Should -Be 0
        $output.Count | Should -Be 1
        $answer = $output[0] | ConvertFrom-Json
        $answer.kind | Should -Be 'ExecCredential'
        $answer.apiVersion | Should -Match '^client\.authentication\.k8s\.io/'
        $answer.status.token | Should -MatchExactly '^k8s-aws-v1\.'
    }

    It 'answers in the version that the client asks for' -ForEach 'v1', 'v1beta1' {
        $env:KUBERNETES_EXEC_INFO = "{`"apiVersion`":`"client.authentication.k8s.io/$_`",`"kind`":`"ExecCredential`",`"spec`":{`"interactive`":false}}"
        try {
            $output = & $pwsh -NoLogo -NoProfile -NonInteractive -Command "$import EksTools\Get-EksToken -ClusterName demo -AsExecCredential"
            ($output | ConvertFrom-Json).apiVersion | Should -Be "client.authentication.k8s.io/$_"
        }
        finally {
            $env:KUBERNETES_EXEC_INFO = $null
        }
    }

    It 'fails with an exit code and an empty standard output' {
        $errors = Join-Path -Path $TestDrive -ChildPath 'errors.txt'
        $output = & $pwsh -NoLogo -NoProfile -NonInteractive -Command "$import EksTools\Get-EksToken -ClusterName demo -ProfileName nobody -AsExecCredential" 2> $errors
        $LASTEXITCODE | Should -Not -Be 0
        $output | Should -BeNullOrEmpty
        Get-Content -Path $errors -Raw | Should -Match 'nobody'
    }
}
