using System.Management.Automation;

namespace EksTools.Tests.Access;

public sealed class UndoEksIamMappingTests
{
    private const string Rows = "# who\r\n- rolearn: arn:aws:iam::111122223333:role/Old   # kept\r\n  username: 'old'\r\n";

    [Fact]
    public async Task Brings_former_texts_back_byte_for_byte_one_after_the_other()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        await stage.WriteAsync(("mapRoles", Rows), ("others", "x"));
        stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/A -Group g; Remove-EksIamMapping demo arn:aws:iam::111122223333:role/Old").Good();
        string twice = (await stage.TextAsync("mapRoles"))!;

        string shown = stage.Session.Show("Undo-EksIamMapping demo -WhatIf");
        Assert.Contains("Removed arn:aws:iam::111122223333:role/Old", shown, StringComparison.Ordinal);
        Assert.Contains("+ - rolearn: arn:aws:iam::111122223333:role/Old", shown, StringComparison.Ordinal);
        Assert.Contains("user/Administrator", shown, StringComparison.Ordinal);
        Assert.Equal(twice, await stage.TextAsync("mapRoles"));

        PSObject undone = Assert.Single(stage.Session.Run("Undo-EksIamMapping demo -Confirm:$false").Good());
        Assert.Equal("Removed arn:aws:iam::111122223333:role/Old", undone.Properties["Action"].Value);
        Assert.Equal(["Added"], stage.Session.Run("$args[0].Changes | ForEach-Object { \"$($_.Change)\" }", undone).Good().Select(static kind => (string)kind.BaseObject));
        stage.Session.Run("Undo-EksIamMapping demo -Confirm:$false").Good();
        Assert.Equal(Rows, await stage.TextAsync("mapRoles"));
        Assert.Equal("x", await stage.TextAsync("others"));
        Assert.StartsWith("NothingToUndo,", Assert.Single(stage.Session.Run("Undo-EksIamMapping demo -Confirm:$false").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);

        // A write after an undo is the next to be undone.
        stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/B; Undo-EksIamMapping demo -Confirm:$false").Good();
        Assert.Equal(Rows, await stage.TextAsync("mapRoles"));
    }

    [Fact]
    public async Task A_ConfigMap_that_was_not_there_loses_what_was_put_into_it()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/A; Undo-EksIamMapping demo -Confirm:$false").Good();
        Assert.Null((await stage.ConfigMapAsync())!["data"]?["mapRoles"]);
        Assert.Empty(stage.Session.Run("Get-EksIamMapping demo").Good());
    }

    [Fact]
    public async Task What_others_wrote_since_is_not_taken_away_without_Force()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        await stage.WriteAsync(("mapRoles", Rows));
        stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/A").Good();
        await stage.PatchAsync("""{"data":{"mapUsers":"- {userarn: 'arn:aws:iam::111122223333:user/rival', username: rival}\n"}}""");
        ErrorRecord error = Assert.Single(stage.Session.Run("Undo-EksIamMapping demo -Confirm:$false").Errors);
        Assert.StartsWith("AwsAuthChangedSince,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("user/rival", error.Exception.Message, StringComparison.Ordinal);
        Assert.NotNull(await stage.TextAsync("mapUsers"));

        PSObject forced = Assert.Single(stage.Session.Run("Undo-EksIamMapping demo -Force -Confirm:$false").Good());
        Assert.Equal(true, forced.Properties["ChangedSince"].Value);
        Assert.Null(await stage.TextAsync("mapUsers"));
        Assert.Equal(Rows, await stage.TextAsync("mapRoles"));
    }

    [Fact]
    public async Task Mends_an_aws_auth_that_others_broke()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        await stage.WriteAsync(("mapRoles", Rows));
        stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/A").Good();
        string good = (await stage.TextAsync("mapRoles"))!;
        stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/B").Good();
        await stage.PatchAsync("""{"data":{"mapRoles":"- rolearn: [broken\n"}}""");
        Assert.Contains("mapRoles, line", Assert.Single(stage.Session.Run("Get-EksIamMapping demo").Warnings), StringComparison.Ordinal);
        foreach (string change in new[] { "Add-EksIamMapping demo arn:aws:iam::111122223333:role/C", "Remove-EksIamMapping demo arn:aws:iam::111122223333:role/A" })
        {
            ErrorRecord error = Assert.Single(stage.Session.Run(change).Errors);
            Assert.StartsWith("AwsAuthUnreadable,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Matches(@"mapRoles, line \d+, column \d+", error.Exception.Message);
        }

        stage.Session.Run("Undo-EksIamMapping demo -Force -Confirm:$false -WarningAction Ignore").Good();
        Assert.Equal(good, await stage.TextAsync("mapRoles"));
    }
}
