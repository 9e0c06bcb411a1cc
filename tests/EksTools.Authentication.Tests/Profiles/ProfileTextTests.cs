namespace EksTools.Authentication.Tests.Profiles;

public sealed class ProfileTextTests
{
    [Fact]
    public void Sections_settings_and_nested_settings_are_read()
    {
        var sections = ProfileText.Parse(
            "# head\r\n[default]\r\nregion=us-west-2\r\n\r\n[ profile  one ] ; two\n region = eu-west-1\nKey=a = b # c\ns3 =\n  max = 1\n  # no\n  min=2\nlast = \n"
            + "[profile \"with space\"]\nregion = x\n[profile 'q']\n[profile one]\nmore = yes\n[sso-session a b]\n", "f");

        Assert.Equal(["default", "profile one", "profile with space", "profile q", "sso-session a b"], sections.Keys);
        Assert.Equal("us-west-2", sections["default"]["region"]);
        var one = sections["profile one"];
        Assert.Equal("eu-west-1", one["region"]);
        Assert.Equal("a = b # c", one["KEY"]);
        Assert.Equal(("1", "2", "", "yes"), (one["s3.max"], one["s3.min"], one["last"], one["more"]));
    }

    [Theory]
    [InlineData("region = x\n", 1)]
    [InlineData("[a]\n[b\n", 2)]
    [InlineData("[a]\n\nverySecret\n", 3)]
    [InlineData("[a]\n= verySecret\n", 2)]
    public void What_cannot_be_read_is_named_by_its_line(string text, int line)
    {
        var e = Assert.Throws<AwsAuthenticationException>(() => ProfileText.Parse(text, "/home/me/.aws/config"));

        Assert.StartsWith($"/home/me/.aws/config, line {line}: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("verySecret", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agrees_with_botocore()
    {
        const string config = "[default]\nregion = us-west-2\n[profile one]\nrole_arn = arn # kept\ns3 =\n  max = 1\n  min = 2\n[profile \"with space\"]\nregion=x=y\n[profile 'q r']\nregion = z\n";
        using var botocore = System.Text.Json.JsonDocument.Parse(await OutsideTool.PythonAsync($"""
            import botocore.configloader as c, tempfile, json, os
            d = tempfile.mkdtemp(); f = os.path.join(d, 'config'); open(f, 'w').write({System.Text.Json.JsonSerializer.Serialize(config)})
            print(json.dumps(c.load_config(f)['profiles'])); os.remove(f); os.rmdir(d)
            """));
        var sections = ProfileText.Parse(config, "f");

        foreach (var profile in botocore.RootElement.EnumerateObject())
        {
            var ours = sections[profile.Name == "default" ? "default" : "profile " + profile.Name];
            foreach (var setting in profile.Value.EnumerateObject())
            {
                if (setting.Value.ValueKind == System.Text.Json.JsonValueKind.Object)
                {
                    Assert.All(setting.Value.EnumerateObject(), n => Assert.Equal($"{n.Value}", ours[$"{setting.Name}.{n.Name}"]));
                }
                else
                {
                    Assert.Equal(setting.Value.GetString(), ours[setting.Name]);
                }
            }
        }
        Assert.Equal(sections.Count, botocore.RootElement.EnumerateObject().Count());
    }
}
