using System.CommandLine;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Settings;
using Spectre.Console;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher settings</c>: what is in force, and where it comes from.</summary>
internal static class SettingsCommand
{
    public static Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "settings",
            "List the effective settings: value, default, source and meaning. Secrets are masked.",
            "dispatcher settings",
            "dispatcher settings --json --Redis:Configuration=redis.example:6379",
            "Smtp__Port=2525 dispatcher settings --config worker.json"),
        (context, _) => Task.FromResult(Show(context)));

    private static int Show(CommandContext context)
    {
        foreach (var warning in UnknownSettings.Warnings(context.Settings.Configuration))
        {
            context.Output.ErrorLine(Cell.Plain(warning));
        }

        var settings = EffectiveSettings.List(context.Settings);
        if (context.Output.Json)
        {
            foreach (var setting in settings)
            {
                context.Output.WriteJson(setting);
            }

            return ExitCode.Fine;
        }

        var table = new Table().AddColumns("Setting", "Value", "Default", "From", "Meaning");
        foreach (var setting in settings)
        {
            table.AddRow(
                Cell.Of(setting.Key), Cell.Of(setting.Value), Cell.Of(setting.Default), Cell.Of(setting.Source), Cell.Of(setting.Description));
        }

        context.Output.Table(table);
        return ExitCode.Fine;
    }
}
