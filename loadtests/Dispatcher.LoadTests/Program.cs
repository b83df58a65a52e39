using Dispatcher.LoadTests.Cli;

return await new LoadTestApplication(Console.Out, Console.Error).InvokeAsync(args, CancellationToken.None);
