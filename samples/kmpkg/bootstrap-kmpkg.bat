@echo off
rem SPDX-License-Identifier: MIT
rem Builds kmpkg, says what it collects, and notes for this user that it was said. See :usage below.
setlocal EnableExtensions DisableDelayedExpansion
set "here=%~dp0"
set "to=%here%bin\kmpkg"
set "disable="
set "build=yes"

:next
if "%~1"=="" goto work
if /i "%~1"=="-disableMetrics" goto disable
if /i "%~1"=="--disableMetrics" goto disable
if /i "%~1"=="-skipBuild" goto skip
if /i "%~1"=="--skipBuild" goto skip
if /i "%~1"=="--to" goto folder
if /i "%~1"=="-h" goto help
if /i "%~1"=="--help" goto help
call :usage 1>&2
echo bootstrap-kmpkg: unknown option '%~1' 1>&2
exit /b 1

:disable
set "disable=yes"
shift
goto next

:skip
set "build="
shift
goto next

:folder
if not "%~2"=="" goto folder_named
echo bootstrap-kmpkg: --to needs a folder 1>&2
exit /b 1
:folder_named
set "to=%~f2"
if "%to:~-1%"=="\" set "to=%to:~0,-1%"
shift
shift
goto next

:work
if not defined build goto built
where dotnet >nul 2>nul || goto no_sdk
pushd "%here%" || exit /b 1
dotnet --version >nul 2>nul
if errorlevel 1 (popd & goto no_sdk)
popd
dotnet publish "%here%kmpkg.csproj" -c Release --nologo -v quiet -o "%to%"
if errorlevel 1 (
  echo bootstrap-kmpkg: kmpkg could not be built, see above. 1>&2
  exit /b 1
)

:built
set "marker=%to%\kmpkg.disable-metrics"
if not exist "%to%\kmpkg.exe" (
  echo bootstrap-kmpkg: there is no kmpkg in "%to%"; run this without -skipBuild to build it. 1>&2
  exit /b 1
)
if defined disable goto off

if exist "%marker%" del /f /q "%marker%"
if exist "%marker%" (
  echo bootstrap-kmpkg: "%marker%" can't be removed, so telemetry is still off. 1>&2
  exit /b 1
)
rem Where it can't be noted (a home that can't be written, say), kmpkg works all the same.
"%to%\kmpkg.exe" telemetry notice
if errorlevel 1 echo bootstrap-kmpkg: so nothing is recorded for this user. 1>&2
echo kmpkg is in "%to%"
exit /b 0

:off
type nul >"%marker%"
if not exist "%marker%" (
  echo bootstrap-kmpkg: "%marker%" can't be written, so telemetry is still on. Set KMPKG_DISABLE_METRICS instead. 1>&2
  exit /b 1
)
echo kmpkg is in "%to%"; telemetry is off.
exit /b 0

:no_sdk
echo bootstrap-kmpkg: the .NET 10 SDK is missing. Get it from https://dot.net and run this again. 1>&2
exit /b 1

:help
call :usage
exit /b 0

:usage
echo bootstrap-kmpkg.bat [-disableMetrics] [-skipBuild] [--to DIR]
echo   -disableMetrics  switch telemetry off for everybody who uses this build of kmpkg: writes the file
echo                    kmpkg.disable-metrics beside it. Running the script again without it takes the file away.
echo   -skipBuild       the tool is in DIR already; only the rest is done
echo   --to DIR         where the tool goes (default: bin\kmpkg, beside this script)
exit /b 0
