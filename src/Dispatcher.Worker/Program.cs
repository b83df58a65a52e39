using Dispatcher.Worker.Cli;

return await new CliApplication(CliEnvironment.OfProcess()).InvokeAsync(args, CancellationToken.None);
