using System.Text.Json;

namespace EksTools.Authentication.Tests.Partitions;

/// <summary>Holds partitions and STS hosts against botocore's data and its own endpoint rule engine.</summary>
public sealed class PartitionTests
{
    [Fact]
    public async Task Partitions_are_botocores()
    {
        using var data = JsonDocument.Parse(await OutsideTool.PythonAsync(
            "import botocore,os\nprint(open(os.path.join(os.path.dirname(botocore.__file__),'data','partitions.json')).read())"));
        var known = new List<string>();
        foreach (var p in data.RootElement.GetProperty("partitions").EnumerateArray())
        {
            var outputs = p.GetProperty("outputs");
            var partition = Assert.Single(AwsPartition.All, x => x.Name == p.GetProperty("id").GetString());
            known.Add(partition.Name);
            Assert.Equal(outputs.GetProperty("dnsSuffix").GetString(), partition.DnsSuffix);
            Assert.Equal(outputs.GetProperty("dualStackDnsSuffix").GetString(), partition.DualStackDnsSuffix);
            Assert.Equal(outputs.GetProperty("implicitGlobalRegion").GetString(), partition.DefaultRegion);
            foreach (var region in p.GetProperty("regions").EnumerateObject())
            {
                Assert.Equal(partition.Name, AwsPartition.FromRegion(region.Name).Name);
                Assert.True(region.Name.EndsWith("-global", StringComparison.Ordinal) || AwsPartition.LooksLikeRegion(region.Name), region.Name);
            }
        }
        Assert.Equal(AwsPartition.All.Select(p => p.Name).Order(), known.Order());
    }

    [Fact]
    public async Task Sts_hosts_are_botocores()
    {
        const string script = """
            import botocore.session, gzip, json, itertools, os
            from botocore.endpoint_provider import EndpointProvider
            s = botocore.session.get_session()
            loader = s.get_component('data_loader')
            p = loader.load_data('partitions')
            provider = EndpointProvider(loader.load_service_model('sts', 'endpoint-rule-set-1'), p)
            regions = [r for x in p['partitions'] for r in x['regions'] if not r.endswith('-global') or r == 'aws-global'] + ['eu-west-9', 'us-gov-north-1', 'cn-south-1']
            out = []
            for r, fips, dual, legacy in itertools.product(regions, (False, True), (False, True), (False, True)):
                if r == 'aws-global' and (fips or dual): continue
                e = provider.resolve_endpoint(Region=r, UseFIPS=fips, UseDualStack=dual, UseGlobalEndpoint=legacy and not r.startswith(('cn-', 'us-gov', 'us-iso', 'eu-iso', 'eusc')))
                schemes = e.properties.get('authSchemes') or [{}]
                out.append([r, fips, dual, legacy, e.url[8:], schemes[0].get('signingRegion', r)])
            print(json.dumps(out))
            """;
        using var data = JsonDocument.Parse(await OutsideTool.PythonAsync(script));
        var count = 0;
        foreach (var row in data.RootElement.EnumerateArray())
        {
            var host = StsHost.For(row[0].GetString(), new StsHostOptions(row[1].GetBoolean(), row[2].GetBoolean(), row[3].GetBoolean()));

            Assert.Equal(($"{row}", row[4].GetString(), row[5].GetString()), ($"{row}", host.Name, host.SigningRegion));
            count++;
        }
        Assert.True(count > 300, $"{count} hosts compared");
    }

    [Theory]
    [InlineData("arn:aws-us-gov:iam::111122223333:role/x", "aws-us-gov")]
    [InlineData("arn:aws:iam::111122223333:role/x", "aws")]
    [InlineData("arn:nowhere:iam::111122223333:role/x", null)]
    [InlineData("role/x", null)]
    [InlineData(null, null)]
    public void Arns_name_their_partition(string? arn, string? partition) => Assert.Equal(partition, AwsPartition.FromArn(arn)?.Name);
}
