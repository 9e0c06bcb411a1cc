using System.Text.Json;

namespace EksTools.Authentication.Tests;

/// <summary>Runs many AWS CLI command lines in one Python process, each with an environment of its own: most of a run is start-up.</summary>
internal static class AwsCli
{
    private const string Script = """
        import contextlib, io, json, os, shutil
        runs = json.loads(RUNS)
        base = dict(os.environ)
        os.environ.update(runs[0]['environment'])  # botocore takes the SSO cache's place from HOME when it is imported
        from awscli.clidriver import create_clidriver
        base.update({k: v for k, v in os.environ.items() if k == 'AWS_DATA_PATH'})  # set by that import
        for run in runs:
            os.environ.clear(); os.environ.update(base); os.environ.update(run['environment'])
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try: code = create_clidriver().main(run['arguments'])
                except SystemExit as e: code = e.code
            if 'HOME' in run['environment']:  # the test's own home: no run is to find the role credentials of another
                shutil.rmtree(os.path.join(run['environment']['HOME'], '.aws', 'cli'), ignore_errors=True)
            print(json.dumps([code or 0, out.getvalue(), err.getvalue()]))
        """;

    public static async Task<IReadOnlyList<ToolResult>> RunManyAsync(IEnumerable<(string[] Arguments, IReadOnlyDictionary<string, string> Environment)> runs)
    {
        var json = JsonSerializer.Serialize(runs.Select(r => new { arguments = r.Arguments, environment = r.Environment }));
        var output = await OutsideTool.PythonAsync($"RUNS = {JsonSerializer.Serialize(json)}\n{Script}");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            using var result = JsonDocument.Parse(line);
            return new ToolResult(result.RootElement[0].GetInt32(), result.RootElement[1].GetString()!, result.RootElement[2].GetString()!);
        })];
    }
}
