using EksTools.Sandbox;

return await CommandLine.RunAsync(args, Console.Out, Console.Error);
