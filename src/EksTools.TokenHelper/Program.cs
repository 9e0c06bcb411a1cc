using EksTools.TokenHelper;

return await TokenCommand.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
