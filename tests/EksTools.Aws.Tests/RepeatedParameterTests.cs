using System.Net;
using System.Text.Json.Nodes;
using Amazon.EKS.Model;
using EksTools.Aws.Tests.Botocore;
using EksTools.Aws.Tests.Wire;

namespace EksTools.Aws.Tests;

/// <summary>Tag keys go as repeated query parameters, whose order the signature depends on.</summary>
public sealed class RepeatedParameterTests
{
    [Theory]
    [InlineData("k00 k01 k02")]
    [InlineData("k00 k01 k02 k03 k04 k05 k06 k07 k08 k09 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24")]
    [InlineData("k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25")]
    [InlineData("a:b a-b a/b a.b a+b a=b a@b a_b aBb abb a")]
    [InlineData("ä z é")]
    public async Task Whatever_their_number_and_characters_they_are_signed_in_the_order_of_the_encoded(string keys)
    {
        var http = new CannedHttp(sent => CannedHttp.Response(HttpStatusCode.OK, "{}"));
        using var client = (Amazon.EKS.AmazonEKSClient)Service.Of("eks").Connect(http);
        await client.UntagResourceAsync(new UntagResourceRequest { ResourceArn = "arn:aws:eks:eu-west-1:111122223333:cluster/demo", TagKeys = [.. keys.Split(' ')] }, TestContext.Current.CancellationToken);
        SignatureTests.AssertSigned("eks", "eu-west-1", http.Sent);
    }
}
