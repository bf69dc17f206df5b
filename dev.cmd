@echo off
rem The one command of this checkout on Windows: demo, test, check, bench, durability, setup. Each does its own set-up.
setlocal
cd /d "%~dp0"
set "VENV=%~dp0.venv"
set "PY=%VENV%\Scripts\python.exe"
set "VERB=%~1"
if "%VERB%"=="" goto usage
set "REST="
:collect
shift
if "%~1"=="" goto collected
set "REST=%REST% %1"
goto collect
:collected

set "FIND="
for %%P in ("py -3.13" "py -3.12" "py -3.11" "python") do (
    if not defined FIND (
        %%~P -c "import sys; sys.exit(not sys.version_info >= (3, 11))" >nul 2>nul && set "FIND=%%~P"
    )
)
if not defined FIND (
    echo error: Python 3.11 or newer is needed; install it from the Microsoft Store or python.org 1>&2
    exit /b 2
)

rem The stamp is the lock file and pyproject.toml as they were when .venv was prepared.
if exist "%VENV%\prepared.lock" (
    fc /b requirements.lock "%VENV%\prepared.lock" >nul 2>nul && fc /b pyproject.toml "%VENV%\prepared.toml" >nul 2>nul && goto ready
)
echo Preparing .venv (once; about a minute) ... 1>&2
if exist "%VENV%" rmdir /s /q "%VENV%"
%FIND% -m venv "%VENV%" || (echo error: the virtual environment could not be made 1>&2 & exit /b 2)
"%PY%" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock || (echo error: the locked packages could not be installed; is there a network? 1>&2 & exit /b 2)
"%PY%" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e . || (echo error: the program could not be installed into .venv 1>&2 & exit /b 2)
copy /y requirements.lock "%VENV%\prepared.lock" >nul
copy /y pyproject.toml "%VENV%\prepared.toml" >nul

:ready
if /i "%VERB%"=="setup" (echo Ready: .venv\Scripts\renovate-gui.exe & exit /b 0)
if /i "%VERB%"=="demo" ("%PY%" -m renovate_gui demo %REST% & goto done)
if /i "%VERB%"=="run" ("%PY%" -m renovate_gui %REST% & goto done)
if /i "%VERB%"=="test" ("%PY%" -m pytest -n 2 --dist loadgroup %REST% & goto done)
if /i "%VERB%"=="bench" ("%PY%" bench\run.py %REST% & goto done)
if /i "%VERB%"=="durability" (echo error: the crash harness forks its processes, so it runs on Linux only 1>&2 & exit /b 2)
if /i "%VERB%"=="check" goto check
:usage
echo dev demo ^| test ^| check ^| bench ^| durability ^| setup
exit /b 2
:check
set "FAILED=0"
"%PY%" -m ruff format --check . || set "FAILED=1"
"%PY%" -m ruff check . || set "FAILED=1"
"%PY%" -m mypy || set "FAILED=1"
"%VENV%\Scripts\lint-imports.exe" || set "FAILED=1"
exit /b %FAILED%
:done
exit /b %ERRORLEVEL%
